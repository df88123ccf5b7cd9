//! Where ids of front matter come from: the plan, and what a finding calls them.

use crate::config::Config;
use crate::config::keys::Source;
use etappe_base::finding::{Code, codes};

/// Ids of one sort that pages name.
pub trait IdSource {
    /// The same as data.
    const SOURCE: Source;
    /// The code of an id that nothing has.
    const CODE: &'static Code;
    /// What a message calls one.
    const WHAT: &'static str;

    /// Every id, in the order of the plan.
    fn known(config: &Config) -> Vec<&str>;

    /// Whether any word is one.
    fn is_open(_: &Config) -> bool {
        false
    }
}

/// Questions of personas.
pub struct Needs;

impl IdSource for Needs {
    const SOURCE: Source = Source::Needs;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_NEED;
    const WHAT: &'static str = "need";

    fn known(config: &Config) -> Vec<&str> {
        let needs = config.personas.iter().flat_map(|persona| &persona.needs);
        needs.map(|need| need.id.as_str()).collect()
    }
}

/// What personas think.
pub struct Beliefs;

impl IdSource for Beliefs {
    const SOURCE: Source = Source::Beliefs;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_BELIEF;
    const WHAT: &'static str = "belief";

    fn known(config: &Config) -> Vec<&str> {
        let beliefs = config.personas.iter().flat_map(|persona| &persona.beliefs);
        beliefs.map(|belief| belief.id.as_str()).collect()
    }
}

/// What the brand plan wants to reach.
pub struct Objectives;

impl IdSource for Objectives {
    const SOURCE: Source = Source::Objectives;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_OBJECTIVE;
    const WHAT: &'static str = "objective";

    fn known(config: &Config) -> Vec<&str> {
        config.objectives.iter().map(|objective| objective.id.as_str()).collect()
    }
}

/// Medicines. In a hub without product cards any word is one.
pub struct Products;

impl IdSource for Products {
    const SOURCE: Source = Source::Products;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_PRODUCT;
    const WHAT: &'static str = "product";

    fn known(config: &Config) -> Vec<&str> {
        config.products.iter().map(|product| product.id.as_str()).collect()
    }

    fn is_open(config: &Config) -> bool {
        config.products.is_empty()
    }
}

/// Where the hub publishes. In a hub without markets any word is one.
pub struct Markets;

impl IdSource for Markets {
    const SOURCE: Source = Source::Markets;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_MARKET;
    const WHAT: &'static str = "market";

    fn known(config: &Config) -> Vec<&str> {
        config.markets.iter().map(|market| market.id.as_str()).collect()
    }

    fn is_open(config: &Config) -> bool {
        config.markets.is_empty()
    }
}

/// Ways to the readers: those of the persona cards, and the sites themselves.
pub struct Channels;

impl IdSource for Channels {
    const SOURCE: Source = Source::Channels;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_CHANNEL;
    const WHAT: &'static str = "channel";

    fn known(config: &Config) -> Vec<&str> {
        let channels = config.personas.iter().flat_map(|persona| &persona.channels);
        let mut known: Vec<&str> = channels.map(String::as_str).chain(["web"]).collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}

/// What stages must be about.
pub struct Topics;

impl IdSource for Topics {
    const SOURCE: Source = Source::Topics;
    const CODE: &'static Code = &codes::FRONT_UNKNOWN_TOPIC;
    const WHAT: &'static str = "topic";

    fn known(config: &Config) -> Vec<&str> {
        config.stages.iter().flat_map(|stage| &stage.must_have).map(String::as_str).collect()
    }
}
