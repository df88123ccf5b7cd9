//! `etappe serve`

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use clap::Args;

use super::place::HubDir;
use super::{DateArgs, Exit, output};
use crate::embedded::program;
use etappe_serve::{self as serve, Editor, Notice, Settings};

#[derive(Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub dir: HubDir,
    /// The port; the next free one when it is taken
    #[arg(long, default_value_t = 4400)]
    port: u16,
    /// The address to listen on; any other than the default lets other machines read drafts
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Open the preview in a browser
    #[arg(long)]
    open: bool,
    /// Let browsers go to the page that was saved
    #[arg(long)]
    navigate: bool,
    /// Look for changes twice a second, where the system gives no word of them: network drives,
    /// some containers
    #[arg(long)]
    poll: bool,
    /// What links to a line open: vscode, vscodium, cursor, zed, idea, sublime, textmate, macvim,
    /// or a link with {path}, {line}, {column}
    #[arg(long, value_name = "EDITOR", default_value = "vscode", value_parser = Editor::from_str)]
    editor: Editor,
    /// Run the scripts that pages bring, as a release does; they can then read all that the desk
    /// shows
    #[arg(long)]
    allow_scripts: bool,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: &ServeArgs) -> Exit {
    match serve(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn serve(args: &ServeArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    // A faulty date in the environment is reported now; the preview itself asks for the date each
    // day.
    let today = args.date.as_of(&args.dir)?;
    if !args.dir.join("hub.toml").exists() {
        // A preview would wait for ever for a hub that nobody begins there.
        return output::survey(&args.dir, today).map(|_| Exit::Fine);
    }
    let fixed = args.date.as_of.is_some() || std::env::var_os("SOURCE_DATE_EPOCH").is_some();
    let settings = Settings {
        program: program(),
        dir: args.dir.to_path_buf(),
        bind: args.bind,
        port: args.port,
        poll: args.poll,
        navigate: args.navigate,
        editor: args.editor.clone(),
        as_of: if fixed { Some(args.date.as_of(&args.dir)?) } else { None },
        allow_scripts: args.allow_scripts,
    };
    let server = serve::start(settings, say).map_err(|error| output::machine(&error))?;
    let address = server.address();
    if args.port != 0 && address.port() != args.port {
        output::say_line(&format!("Port {} is taken: this is the next free one.", args.port));
    }
    if !args.bind.is_loopback() {
        let bind = args.bind;
        output::say_line(&format!(
            "warning: whoever can reach {bind} can read drafts too; \
             leave --bind out to keep the preview to this machine"
        ));
    }
    if args.allow_scripts {
        output::say_line(
            "warning: scripts that pages bring run, and can read all that the desk shows; \
             leave --allow-scripts out to keep them off",
        );
    }
    let url = url(address);
    output::result(&format!("Preview: {url}\nDesk:    {url}_etappe/\nStop it with Ctrl+C.\n"));
    if !output::are_sound() {
        // Nobody would learn the address of the preview.
        return Err(Exit::Machine);
    }
    if args.open
        && let Err(error) = open::that_detached(&url)
    {
        output::say_line(&format!(
            "warning: no browser could be opened ({error}); open {url} yourself"
        ));
    }
    server.wait();
    Ok(Exit::Fine)
}

/// The address for a browser on this machine.
fn url(address: SocketAddr) -> String {
    let port = address.port();
    match address.ip() {
        ip if ip.is_unspecified() => format!("http://localhost:{port}/"),
        std::net::IpAddr::V6(ip) => format!("http://[{ip}]:{port}/"),
        std::net::IpAddr::V4(ip) => format!("http://{ip}:{port}/"),
    }
}

fn say(notice: Notice) {
    match notice {
        Notice::Polling(reason) => {
            output::say_line(&format!("Changes are looked for twice a second: {reason}."))
        }
        Notice::Findings(summary) => {
            output::say_line(&format!("{summary} in the hub, with drafts."))
        }
    }
}
