// Word of new states of the hub: one connection for a whole browser, whatever number of tabs it shows.
//
// Browsers open six connections to a server and no more. So the tab that holds a lock listens, and tells the others. Where there
// are no locks (a preview that is looked at from another machine), each visible tab listens for itself.

const channel = new BroadcastChannel('etappe');
const framed = window.top !== window;

/** Calls `heard` with every new state, `{revision, follow}`, and again whenever this tab may have missed one. */
export function listen(heard) {
  channel.addEventListener('message', (event) => heard(event.data));
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) heard({ follow: [] });
  });
  // Frames stand in a tab that listens.
  if (framed) return;
  const connect = () => {
    const source = new EventSource('/_etappe/events');
    source.addEventListener('message', (event) => {
      const news = JSON.parse(event.data);
      channel.postMessage(news);
      heard(news);
    });
    return source;
  };
  if (navigator.locks) {
    navigator.locks.request('etappe-events', () => new Promise(() => connect()));
    return;
  }
  let source = null;
  const whileVisible = () => {
    if (document.hidden) source?.close();
    source = document.hidden ? null : (source ?? connect());
  };
  document.addEventListener('visibilitychange', whileVisible);
  whileVisible();
}
