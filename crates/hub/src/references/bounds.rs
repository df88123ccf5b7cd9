//! Keeps entries of a BibLaTeX file from the library that it cannot handle: it follows `crossref`,
//! `xdata`, `@string` and braces wherever they lead, and without end where they lead in a circle.
//! Judges by counting, and expands nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use biblatex::{Bibliography, Pair, RawBibliography, RawChunk, RawEntry, Spanned};

use super::unreadable;
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;

/// How deep braces may stand in each other. The library calls itself for each command within a
/// command.
const MAX_BRACES: usize = 64;

/// How many pieces a field may have, parted by braces and `#`. The library joins them in quadratic
/// time.
const MAX_PIECES: usize = 4_096;

/// How deep abbreviations may stand in each other.
const MAX_NESTED: usize = 64;

/// How many entries one may take fields from, each counted as often as the library would look at
/// it.
const MAX_ANCESTORS: usize = 64;

/// What abbreviations and other entries may add to one entry, in bytes, and to all entries of a
/// file.
const MAX_ADDED: usize = 256 * 1024;
const MAX_ADDED_TO_ALL: usize = 64 * 1024 * 1024;

/// Under these names the library reads the two fields, but does not follow them.
const CROSSREF: &str = "hidden-crossref";
const XDATA: &str = "hidden-xdata";

/// Why an entry is left out, and where that shows.
struct BoundFault {
    span: Range<usize>,
    message: String,
    help: &'static str,
}

/// What a text becomes when its abbreviations are written out.
#[derive(Clone, Copy, Default)]
struct Extent {
    /// Each piece adds one, so that a great many empty ones count too.
    bytes: usize,
    /// The bytes that are copied to make it: those of an abbreviation within another count again.
    work: usize,
    braces: usize,
    pieces: usize,
    /// How deep abbreviations stand in each other.
    nested: usize,
    is_circular: bool,
}

/// Takes out the entries that the library must not see, and gives their keys.
pub(super) fn judge(
    path: &HubPath,
    text: &str,
    raw: &mut RawBibliography<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let mut left_out = Vec::new();
    let mut take_out = |raw: &mut RawBibliography<'_>, faults: Vec<Option<BoundFault>>| {
        let mut faults = faults.into_iter();
        raw.entries.retain(|entry| {
            let Some(fault) = faults.next().flatten() else { return true };
            findings.push(unreadable(path, text, fault.span, &fault.message).help(fault.help));
            left_out.push(entry.v.key.v.to_owned());
            false
        });
    };
    let abbreviations = Abbreviations::new(raw);
    let faults = judge_fields(raw, &abbreviations);
    take_out(raw, faults);
    if let Some(faults) = judge_links(raw, &abbreviations) {
        take_out(raw, faults);
    }
    left_out
}

/// Judges each entry by what stands in its fields.
fn judge_fields(
    raw: &RawBibliography<'_>,
    abbreviations: &Abbreviations<'_>,
) -> Vec<Option<BoundFault>> {
    let mut left = MAX_ADDED_TO_ALL;
    let judged = raw.entries.iter().map(|entry| {
        let added = abbreviations.added(&entry.v);
        let fields = || entry.v.fields.iter();
        let endless = fields().find_map(|field| abbreviations.endless(&entry.v, field));
        let is_long = || (added > left.min(MAX_ADDED)).then(|| too_long(&entry.v));
        let crowded = || fields().find_map(|field| abbreviations.crowded(&entry.v, field));
        let fault = endless.or_else(is_long).or_else(crowded);
        left -= if fault.is_none() { added } else { 0 };
        fault
    });
    judged.collect()
}

fn too_long(entry: &RawEntry<'_>) -> BoundFault {
    BoundFault {
        span: entry.key.span.clone(),
        message: format!("the abbreviations of `{}` make it too long", entry.key.v),
        help: "write the text out, or let its `@string` repeat others less often; \
               until then, no page can cite the entry",
    }
}

/// The extent of every `@string`, by its name.
struct Abbreviations<'s> {
    extents: BTreeMap<&'s str, Extent>,
}

impl<'s> Abbreviations<'s> {
    /// Works from the innermost outwards, without calling itself: authors choose how deep they
    /// stand.
    fn new(raw: &RawBibliography<'s>) -> Self {
        // Of several with one name the last counts, as it does for the library.
        let fields: BTreeMap<&'s str, &[Spanned<RawChunk<'s>>]> =
            raw.abbreviations.iter().map(|pair| (pair.key.v, &*pair.value.v)).collect();
        let mut known = Self { extents: BTreeMap::new() };
        // Names that are being worked on: to meet one of them again is a circle.
        let mut open: BTreeSet<&'s str> = BTreeSet::new();
        let mut todo: Vec<(&'s str, bool)> = fields.keys().map(|name| (*name, false)).collect();
        while let Some((name, is_ready)) = todo.pop() {
            let Some(field) = fields.get(name).filter(|_| !known.extents.contains_key(name)) else {
                continue;
            };
            if is_ready {
                open.remove(name);
                let mut extent = known.extent(field);
                let is_open = |inner: &str| inner == name || open.contains(inner);
                extent.is_circular |= within(field).any(is_open);
                known.extents.insert(name, extent);
            } else if open.insert(name) {
                todo.push((name, true));
                todo.extend(within(field).map(|within| (within, false)));
            }
        }
        known
    }

    /// The extent of a field. Abbreviations in it count only if theirs is known already.
    fn extent(&self, field: &[Spanned<RawChunk<'_>>]) -> Extent {
        let mut all = Extent::default();
        for chunk in field {
            let one = match chunk.v {
                RawChunk::Normal(text) => written(text),
                RawChunk::Abbreviation(name) => {
                    let inner = self.extents.get(name).copied().unwrap_or_default();
                    Extent { nested: inner.nested + 1, ..inner }
                }
            };
            all.bytes = all.bytes.saturating_add(one.bytes).saturating_add(1);
            all.work = all.work.saturating_add(one.work);
            all.pieces = all.pieces.saturating_add(one.pieces).saturating_add(1);
            all.braces = all.braces.max(one.braces);
            all.nested = all.nested.max(one.nested);
            all.is_circular |= one.is_circular;
        }
        all.work = all.work.saturating_add(all.bytes);
        all
    }

    /// What the abbreviations of an entry add to what is written there.
    fn added(&self, entry: &RawEntry<'_>) -> usize {
        let names = entry.fields.iter().flat_map(|field| within(&field.value.v));
        let inner = names.filter_map(|name| self.extents.get(name));
        inner.fold(0, |all, extent| all.saturating_add(extent.work))
    }

    /// What the library would follow without end, or too deep.
    fn endless(&self, entry: &RawEntry<'_>, field: &Pair<'_>) -> Option<BoundFault> {
        let (name, key) = (field.key.v, entry.key.v);
        let extent = self.extent(&field.value.v);
        let abbreviations = "let no `@string` name itself, nor one that names it; \
                             until then, no page can cite the entry";
        let (message, help) = if extent.is_circular {
            (format!("in `{key}`, an abbreviation of `{name}` holds itself"), abbreviations)
        } else if extent.nested > MAX_NESTED {
            let message =
                format!("in `{key}`, abbreviations of `{name}` stand too deep in each other");
            (message, abbreviations)
        } else if extent.braces > MAX_BRACES {
            let message =
                format!("in `{key}`, braces of `{name}` stand more than {MAX_BRACES} deep");
            (message, "write fewer braces within braces; until then, no page can cite the entry")
        } else {
            return None;
        };
        Some(BoundFault { span: field.value.span.clone(), message, help })
    }

    /// What the library would take too long to put together.
    fn crowded(&self, entry: &RawEntry<'_>, field: &Pair<'_>) -> Option<BoundFault> {
        let extent = self.extent(&field.value.v);
        (extent.pieces > MAX_PIECES).then(|| BoundFault {
            span: field.value.span.clone(),
            message: format!(
                "in `{}`, `{}` is of more than {MAX_PIECES} pieces",
                entry.key.v, field.key.v
            ),
            help: "write it with fewer braces and `#`; until then, no page can cite the entry",
        })
    }
}

/// The abbreviations that a field names.
fn within<'f, 's>(
    field: &'f [Spanned<RawChunk<'s>>],
) -> impl Iterator<Item = &'s str> + use<'f, 's> {
    field.iter().filter_map(|chunk| match chunk.v {
        RawChunk::Abbreviation(name) => Some(name),
        RawChunk::Normal(_) => None,
    })
}

/// The extent of a text as it stands. The library pairs braces whatever stands before them, and so
/// does this.
fn written(text: &str) -> Extent {
    let (mut depth, mut deepest, mut pieces) = (0_usize, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'$' => {}
            _ => continue,
        }
        pieces += 1;
        deepest = deepest.max(depth);
    }
    Extent { bytes: text.len(), braces: deepest, pieces, ..Extent::default() }
}

/// Judges entries by what they take from each other; `None` where none takes anything.
fn judge_links(
    raw: &RawBibliography<'_>,
    abbreviations: &Abbreviations<'_>,
) -> Option<Vec<Option<BoundFault>>> {
    let links = Links::read(raw)?;
    let in_circle = links.in_circle();
    let order = links.parents_first(&in_circle);
    let own = raw.entries.iter().map(|entry| entry.span.len() + abbreviations.added(&entry.v));
    let own: Vec<usize> = own.collect();
    let mut left = MAX_ADDED_TO_ALL;
    // For each entry that others may take from: how many entries it looks at, and their bytes.
    let mut known = vec![(0_usize, 0_usize); own.len()];
    let mut is_over = vec![false; own.len()];
    for at in order {
        let (mut ancestors, mut added) = (0_usize, 0_usize);
        for parent in &links.parents[at] {
            ancestors = ancestors.saturating_add(known[*parent].0);
            added = added.saturating_add(known[*parent].1);
        }
        if ancestors > MAX_ANCESTORS || added > left.min(MAX_ADDED) {
            is_over[at] = true;
        } else {
            known[at] = (ancestors + 1, added.saturating_add(own[at]));
            left -= added;
        }
    }
    let fault = |at: usize| {
        let entry = &raw.entries[at].v;
        let field = entry.fields.iter().find(|field| is_link(field.key.v));
        let span = field.map_or(entry.key.span.clone(), |field| field.value.span.clone());
        let key = entry.key.v;
        let message = if in_circle[at] {
            let next = links.parents[at].iter().find(|parent| in_circle[**parent]);
            match next.filter(|next| **next != at).map(|next| raw.entries[*next].v.key.v) {
                Some(next) => format!("`{key}` takes fields from `{next}`, which leads back to it"),
                None => format!("`{key}` takes fields from itself"),
            }
        } else {
            format!("`{key}` takes fields from too many entries, or too long ones")
        };
        let help =
            "remove a `crossref` or `xdata` on the way; until then, no page can cite the entry";
        BoundFault { span, message, help }
    };
    let is_faulty = |at: usize| in_circle[at] || is_over[at];
    Some((0..own.len()).map(|at| is_faulty(at).then(|| fault(at))).collect())
}

fn is_link(name: &str) -> bool {
    name.eq_ignore_ascii_case("crossref") || name.eq_ignore_ascii_case("xdata")
}

/// By place in the file: the entries that each one takes fields from, as often as it names them.
struct Links {
    parents: Vec<Vec<usize>>,
}

impl Links {
    /// Reads the links as the library understands them. `None` where no entry has one, or the
    /// library cannot read the file.
    fn read(raw: &RawBibliography<'_>) -> Option<Self> {
        let has_link =
            |entry: &Spanned<RawEntry<'_>>| entry.v.fields.iter().any(|field| is_link(field.key.v));
        if !raw.entries.iter().any(has_link) {
            return None;
        }
        let hidden = RawBibliography {
            preamble: String::new(),
            entries: raw.entries.iter().map(hidden).collect(),
            abbreviations: raw.abbreviations.clone(),
        };
        let library = Bibliography::from_raw(hidden).ok()?;
        let places: BTreeMap<&str, usize> =
            library.iter().enumerate().map(|(at, entry)| (&*entry.key, at)).collect();
        let place = |key: &String| places.get(&*library.get(key)?.key).copied();
        let parents = library.iter().map(|entry| {
            let one = entry.get_as::<String>(CROSSREF).into_iter();
            let many = entry.get_as::<Vec<String>>(XDATA).into_iter().flatten();
            one.chain(many).filter_map(|key| place(&key)).collect()
        });
        Some(Self { parents: parents.collect() })
    }

    /// The entries on a circle, or on the way from one to another. Takes away from either end
    /// whatever is on none.
    fn in_circle(&self) -> Vec<bool> {
        let mut stays = vec![true; self.parents.len()];
        let mut children = vec![Vec::new(); self.parents.len()];
        for (child, parents) in self.parents.iter().enumerate() {
            parents.iter().for_each(|parent| children[*parent].push(child));
        }
        for (out, back) in [(&self.parents, &children), (&children, &self.parents)] {
            let mut count: Vec<usize> =
                out.iter().map(|to| to.iter().filter(|to| stays[**to]).count()).collect();
            let mut ends: Vec<usize> =
                (0..stays.len()).filter(|at| stays[*at] && count[*at] == 0).collect();
            while let Some(at) = ends.pop() {
                stays[at] = false;
                for before in &back[at] {
                    count[*before] -= 1;
                    if count[*before] == 0 && stays[*before] {
                        ends.push(*before);
                    }
                }
            }
        }
        stays
    }

    /// All entries on no circle, each behind those that it takes from.
    fn parents_first(&self, in_circle: &[bool]) -> Vec<usize> {
        let mut children = vec![Vec::new(); self.parents.len()];
        let mut count = vec![0_usize; self.parents.len()];
        for (child, parents) in self.parents.iter().enumerate().filter(|(at, _)| !in_circle[*at]) {
            for parent in parents.iter().filter(|parent| !in_circle[**parent]) {
                children[*parent].push(child);
                count[child] += 1;
            }
        }
        let mut order: Vec<usize> =
            (0..count.len()).filter(|at| !in_circle[*at] && count[*at] == 0).collect();
        let mut done = 0;
        while let Some(at) = order.get(done).copied() {
            done += 1;
            for child in &children[at] {
                count[*child] -= 1;
                if count[*child] == 0 {
                    order.push(*child);
                }
            }
        }
        order
    }
}

/// The entry with only those fields that say where it takes others from, and by which keys it is
/// known.
fn hidden<'s>(entry: &Spanned<RawEntry<'s>>) -> Spanned<RawEntry<'s>> {
    let fields = entry.v.fields.iter().filter_map(|field| {
        let name = match field.key.v.to_ascii_lowercase().as_str() {
            "crossref" => CROSSREF,
            "xdata" => XDATA,
            "ids" => "ids",
            _ => return None,
        };
        Some(Pair::new(Spanned::new(name, field.key.span.clone()), field.value.clone()))
    });
    let RawEntry { key, kind, fields: _ } = &entry.v;
    let fields = fields.collect();
    Spanned::new(RawEntry { key: key.clone(), kind: kind.clone(), fields }, entry.span.clone())
}
