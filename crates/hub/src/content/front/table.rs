//! The table of front matter: every key that a page or a folder's `_defaults.toml` may write.
//!
//! To add a key, copy a line and its sentence of help, and write `docs/schemas` and the documents'
//! tables anew (`SNAPSHOTS=overwrite cargo test --test it keys::`). The field is then read
//! and completed from folders' defaults. `shown` says that lists or views show it: such a key also
//! goes into `Facets::shown`, in `content/mod.rs`.

use super::shapes::{
    Aliases, Begins, BridgeTo, Choice, Ends, Extra, Happened, Ids, Images, LastsUntil, Link,
    Optional, PageId, Pages, People, Persona, Personas, Searched, Slug, Stages, Summary, Title,
};
use super::sources::{Beliefs, Channels, Markets, Needs, Objectives, Products, Topics};
use super::{Kind, Status};
use crate::config::keys::{Text, WholeNumber};

front_matter! {
    /// The page's title.
    title: Title = "title", required("add `title = \"…\"` to the front matter"), shown;
    /// Which persona sites: an id, a list of ids, or all.
    audience: Personas = "personas" | "persona",
        required("say for whom the page is: `personas = [\"…\"]`, or `personas = \"all\"`");
    /// Where in the navigation: the id of a stage or a list of them; the first one makes the
    /// address.
    stages: Stages = "stage" | "stages",
        required("say where in the journey the page belongs: `stage = \"…\"`");
    /// What the page says in at most 160 characters: for lists, search results and feeds.
    summary: Summary = "summary" | "description", shown;
    /// What signatures and other systems know the page by, in all languages: it stays while files
    /// and addresses move. The file in the default language says it.
    id: Optional<PageId> = "id", usually("the path below content/, without language and .md");
    /// The page's part of its address.
    slug: Optional<Slug> = "slug", usually("the file's name");
    /// The page's place within its stage; after it date, title and path decide.
    order: Optional<WholeNumber> = "order";
    /// When the page was first published; a time may follow.
    date: Optional<Happened> = "date", shown;
    /// When it was last changed; a time may follow. The newer of this and date is shown, and ages
    /// the page.
    updated: Optional<Happened> = "updated", shown;
    /// After this day the page is stale. Of a time, the day that it falls in.
    review_by: Optional<LastsUntil> = "review_by";
    /// The first day on which the page is shown. Of a time, the first whole day that does not begin
    /// before it.
    publish_on: Optional<Begins> = "publish_on";
    /// The first day on which the page is no longer shown. Of a time, the day that it falls in.
    expires: Optional<Ends> = "expires";
    /// Whether the writer is done, or took the page back. A draft is shown in previews only; a
    /// withdrawn page nowhere, nor its translations where the file in the default language says so.
    status: Choice<Status> = "status", usually("ready");
    /// The markets in which the page was taken back. As long as the sites of several markets are
    /// the same, it is then on none of them.
    withdrawn_in: Ids<Markets> = "withdrawn_in";
    /// Why the page was withdrawn; internal.
    withdrawn_reason: Text = "withdrawn_reason";
    /// The needs that the page answers, by id.
    needs: Ids<Needs> = "needs";
    /// The beliefs that the page works on, by id.
    beliefs: Ids<Beliefs> = "beliefs";
    /// The objectives that the page serves, by id.
    objectives: Ids<Objectives> = "objective";
    /// Topics of the hub's must_have lists that the page is about.
    topics: Ids<Topics> = "topics";
    /// What sort of page it is, as regulation sees it: a badge, unless it is info.
    kind: Choice<Kind> = "kind", usually("info"), shown;
    /// The products that the page is about.
    products: Ids<Products> = "product";
    /// Where the page is used: web, or a channel of a persona card.
    channels: Ids<Channels> = "channels";
    /// The markets that the page is for.
    markets: Ids<Markets> = "markets", usually("all");
    /// Old addresses below the persona's site, which lead readers here.
    aliases: Aliases = "aliases";
    /// The id of the persona whose site search engines should prefer.
    canonical_persona: Optional<Persona> = "canonical_persona";
    /// The page that this one is a variant of.
    variant_of: Optional<Link<Pages>> = "variant_of";
    /// An image that is shown above the text, as a link to it would be written.
    image: Optional<Link<Images>> = "image";
    /// The page to go on with, as a link to it would be written, instead of the journey's next.
    next: Optional<Link<Pages>> = "next";
    /// Whom readers may pass on to: a persona, whose home it leads to, or behind a colon the page
    /// of that persona's site, such as gp:content/service/mri.md.
    bridge: BridgeTo = "bridge";
    /// Who wrote it.
    authors: People = "authors", shown;
    /// Who checked it.
    reviewed_by: People = "reviewed_by", shown;
    /// Whether the search of a site finds the page.
    search: Searched = "search", usually("true");
    /// Keys of your own, handed to templates. The only place where unknown keys are allowed.
    extra: Extra = "extra", shown;
}
