//! The table of settings: one row for each. A new setting is a new row.

use super::table::{Access, Choice, Group, Kind, Scope, Setting};
use super::{ModelSettings, Value};
use crate::inference::{Dry, Mirostat, Overflow, Sampling, Xtc};
use crate::models::{Flash, KvType};

/// Without the noise that a 32-bit float shows as a 64-bit one: 0.8, not 0.800000011920929.
fn number(value: f32) -> Option<Value> {
    Some(Value::Number((f64::from(value) * 1e6).round() / 1e6))
}

fn to_f32(value: Option<Value>, default: f32) -> f32 {
    value.map_or(default, |value| match value {
        Value::Number(number) => number as f32,
        _ => default,
    })
}

fn to_u32(value: Option<Value>) -> Option<u32> {
    value.and_then(|value| match value {
        Value::Count(count) => Some(count),
        _ => None,
    })
}

fn to_bool(value: Option<Value>) -> Option<bool> {
    value.and_then(|value| match value {
        Value::Switch(on) => Some(on),
        _ => None,
    })
}

fn to_text(value: Option<Value>) -> Option<String> {
    value.and_then(|value| match value {
        Value::Text(text) => Some(text),
        _ => None,
    })
}

fn to_list(value: Option<Value>) -> Option<Vec<String>> {
    value.and_then(|value| match value {
        Value::List(list) => Some(list),
        _ => None,
    })
}

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}

macro_rules! number {
    ($field:ident) => {
        Access {
            get: |settings| number(settings.sampling.$field),
            set: |settings, value| {
                settings.sampling.$field = to_f32(value, Sampling::default().$field);
            },
        }
    };
}

macro_rules! count {
    ($field:ident) => {
        Access {
            get: |settings| Some(Value::Count(settings.sampling.$field)),
            set: |settings, value| {
                settings.sampling.$field = to_u32(value).unwrap_or(Sampling::default().$field);
            },
        }
    };
}

macro_rules! optional {
    ($kind:ident, $convert:ident, $($field:ident).+) => {
        Access {
            get: |settings| settings.$($field).+.clone().map(Value::$kind),
            set: |settings, value| settings.$($field).+ = $convert(value),
        }
    };
}

// Details of a penalty may be set while it is off, so that it can be switched on later with them.
fn dry(settings: &mut ModelSettings) -> &mut Dry {
    settings.sampling.dry.get_or_insert_with(|| Dry { multiplier: 0.0, ..Dry::default() })
}

fn dry_of(settings: &ModelSettings) -> Dry {
    settings.sampling.dry.clone().unwrap_or(Dry { multiplier: 0.0, ..Dry::default() })
}

const NO_XTC: Xtc = Xtc { probability: 0.0, threshold: 0.1 };
const MIROSTAT: Mirostat = Mirostat { version: 2, tau: 5.0, eta: 0.1 };

fn set_mirostat(settings: &mut ModelSettings, value: Option<Value>) {
    let version = match to_text(value).as_deref() {
        Some("1") => 1,
        Some("2") => 2,
        _ => {
            settings.sampling.mirostat = None;
            return;
        }
    };
    settings.sampling.mirostat.get_or_insert(MIROSTAT).version = version;
}

const SHARE: Kind = Kind::Number { from: 0.0, to: 1.0, step: 0.01 };
const PENALTY: Kind = Kind::Number { from: -2.0, to: 2.0, step: 0.05 };

pub(super) static ROWS: &[Setting] = &[
    Setting {
        key: "system_prompt",
        label: "System prompt",
        help: "What the model is told before every conversation: who it is and how it should answer",
        group: Group::Basics,
        kind: Kind::LongText,
        automatic: Some("none"),
        scope: Scope::Request,
        access: optional!(Text, to_text, system_prompt),
    },
    Setting {
        key: "temperature",
        label: "Temperature",
        help: "How freely words are chosen; 0 always takes the likeliest, above 1 it gets wild",
        group: Group::Basics,
        kind: Kind::Number { from: 0.0, to: 5.0, step: 0.05 },
        automatic: None,
        scope: Scope::Request,
        access: number!(temperature),
    },
    Setting {
        key: "max_tokens",
        label: "Maximum length",
        help: "The most tokens of an answer, its thinking included; a token is about three quarters of a word",
        group: Group::Basics,
        kind: Kind::Count { from: 1, to: 1_048_576 },
        automatic: Some("as many as fit"),
        scope: Scope::Request,
        access: optional!(Count, to_u32, max_tokens),
    },
    Setting {
        key: "thinking",
        label: "Thinking",
        help: "Whether a model that can think before it answers should",
        group: Group::Basics,
        kind: Kind::Switch,
        automatic: Some("as the model prefers"),
        scope: Scope::Request,
        access: optional!(Switch, to_bool, thinking),
    },
    Setting {
        key: "overflow",
        label: "Long conversations",
        help: "What to do when one does not fit into the context. Turns that are left out stay in the conversation",
        group: Group::Basics,
        kind: Kind::Choice(&[
            Choice { value: "refuse", label: "Ask" },
            Choice { value: "drop_oldest", label: "Drop oldest turns" },
        ]),
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| {
                text(match settings.overflow {
                    Overflow::Refuse => "refuse",
                    Overflow::DropOldest => "drop_oldest",
                })
            },
            set: |settings, value| {
                settings.overflow = match to_text(value).as_deref() {
                    Some("drop_oldest") => Overflow::DropOldest,
                    _ => Overflow::Refuse,
                };
            },
        },
    },
    Setting {
        key: "seed",
        label: "Seed",
        help: "The same seed gives the same answer to the same question",
        group: Group::Basics,
        kind: Kind::Count { from: 0, to: u32::MAX },
        automatic: Some("a new one for each answer"),
        scope: Scope::Request,
        access: optional!(Count, to_u32, sampling.seed),
    },
    Setting {
        key: "stop",
        label: "Stop strings",
        help: "The answer ends before any of these",
        group: Group::Basics,
        kind: Kind::List,
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| Some(Value::List(settings.stop.clone())),
            set: |settings, value| settings.stop = to_list(value).unwrap_or_default(),
        },
    },
    Setting {
        key: "top_k",
        label: "Top-k",
        help: "Only so many of the likeliest tokens are considered; 0 considers all",
        group: Group::Sampling,
        kind: Kind::Count { from: 0, to: 1000 },
        automatic: None,
        scope: Scope::Request,
        access: count!(top_k),
    },
    Setting {
        key: "top_p",
        label: "Top-p",
        help: "Only the likeliest tokens that together reach this probability are considered; 1 considers all",
        group: Group::Sampling,
        kind: SHARE,
        automatic: None,
        scope: Scope::Request,
        access: number!(top_p),
    },
    Setting {
        key: "min_p",
        label: "Min-p",
        help: "Tokens less likely than this share of the likeliest one are left out; 0 leaves none out",
        group: Group::Sampling,
        kind: SHARE,
        automatic: None,
        scope: Scope::Request,
        access: number!(min_p),
    },
    Setting {
        key: "typical_p",
        label: "Typical-p",
        help: "Prefers tokens that are about as surprising as expected; 1 is off",
        group: Group::Sampling,
        kind: SHARE,
        automatic: None,
        scope: Scope::Request,
        access: number!(typical_p),
    },
    Setting {
        key: "xtc_probability",
        label: "XTC probability",
        help: "How often the likeliest tokens are left out for the sake of variety; 0 is off",
        group: Group::Sampling,
        kind: SHARE,
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| number(settings.sampling.xtc.unwrap_or(NO_XTC).probability),
            set: |settings, value| {
                settings.sampling.xtc.get_or_insert(NO_XTC).probability = to_f32(value, 0.0);
            },
        },
    },
    Setting {
        key: "xtc_threshold",
        label: "XTC threshold",
        help: "How likely a token must be to count as one of the likeliest; above 0.5 nothing is left out",
        group: Group::Sampling,
        kind: SHARE,
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| number(settings.sampling.xtc.unwrap_or(NO_XTC).threshold),
            set: |settings, value| {
                settings.sampling.xtc.get_or_insert(NO_XTC).threshold =
                    to_f32(value, NO_XTC.threshold);
            },
        },
    },
    Setting {
        key: "mirostat",
        label: "Mirostat",
        help: "Keeps the surprise of the text even, in place of top-k, top-p, min-p and typical-p",
        group: Group::Sampling,
        kind: Kind::Choice(&[
            Choice { value: "off", label: "Off" },
            Choice { value: "1", label: "Version 1" },
            Choice { value: "2", label: "Version 2" },
        ]),
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| match settings.sampling.mirostat {
                None => text("off"),
                Some(mirostat) => Some(Value::Text(mirostat.version.to_string())),
            },
            set: set_mirostat,
        },
    },
    Setting {
        key: "mirostat_tau",
        label: "Mirostat target",
        help: "How surprising the text should be, in bits, while mirostat is on",
        group: Group::Sampling,
        kind: Kind::Number { from: 0.0, to: 10.0, step: 0.1 },
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| number(settings.sampling.mirostat.unwrap_or(MIROSTAT).tau),
            set: |settings, value| {
                if let Some(mirostat) = &mut settings.sampling.mirostat {
                    mirostat.tau = to_f32(value, MIROSTAT.tau);
                }
            },
        },
    },
    Setting {
        key: "mirostat_eta",
        label: "Mirostat rate",
        help: "How fast mirostat adapts, while it is on",
        group: Group::Sampling,
        kind: SHARE,
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| number(settings.sampling.mirostat.unwrap_or(MIROSTAT).eta),
            set: |settings, value| {
                if let Some(mirostat) = &mut settings.sampling.mirostat {
                    mirostat.eta = to_f32(value, MIROSTAT.eta);
                }
            },
        },
    },
    Setting {
        key: "repeat_penalty",
        label: "Repeat penalty",
        help: "Makes recent tokens less likely; 1 is off",
        group: Group::Repetition,
        kind: Kind::Number { from: 0.5, to: 2.0, step: 0.01 },
        automatic: None,
        scope: Scope::Request,
        access: number!(repeat_penalty),
    },
    Setting {
        key: "repeat_last_n",
        label: "Penalty window",
        help: "How many recent tokens the repeat, presence and frequency penalties look at; 0 is off",
        group: Group::Repetition,
        kind: Kind::Count { from: 0, to: 65_536 },
        automatic: None,
        scope: Scope::Request,
        access: count!(repeat_last_n),
    },
    Setting {
        key: "presence_penalty",
        label: "Presence penalty",
        help: "Makes every token that has appeared less likely; 0 is off",
        group: Group::Repetition,
        kind: PENALTY,
        automatic: None,
        scope: Scope::Request,
        access: number!(presence_penalty),
    },
    Setting {
        key: "frequency_penalty",
        label: "Frequency penalty",
        help: "Makes a token less likely each time it appears; 0 is off",
        group: Group::Repetition,
        kind: PENALTY,
        automatic: None,
        scope: Scope::Request,
        access: number!(frequency_penalty),
    },
    Setting {
        key: "dry_multiplier",
        label: "DRY strength",
        help: "Against repeating whole phrases; 0 is off, 0.8 is usual",
        group: Group::Repetition,
        kind: Kind::Number { from: 0.0, to: 5.0, step: 0.05 },
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| number(dry_of(settings).multiplier),
            set: |settings, value| dry(settings).multiplier = to_f32(value, 0.0),
        },
    },
    Setting {
        key: "dry_base",
        label: "DRY base",
        help: "How fast the penalty grows with the length of the repeated phrase",
        group: Group::Repetition,
        kind: Kind::Number { from: 1.0, to: 4.0, step: 0.05 },
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| number(dry_of(settings).base),
            set: |settings, value| dry(settings).base = to_f32(value, Dry::default().base),
        },
    },
    Setting {
        key: "dry_allowed_length",
        label: "DRY free length",
        help: "Repeated phrases up to so many tokens are free",
        group: Group::Repetition,
        kind: Kind::Count { from: 1, to: 100 },
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| Some(Value::Count(dry_of(settings).allowed_length)),
            set: |settings, value| {
                dry(settings).allowed_length =
                    to_u32(value).unwrap_or_else(|| Dry::default().allowed_length);
            },
        },
    },
    Setting {
        key: "dry_last_n",
        label: "DRY window",
        help: "How many tokens back DRY looks; 0 looks at all",
        group: Group::Repetition,
        kind: Kind::Count { from: 0, to: 1_048_576 },
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| Some(Value::Count(dry_of(settings).last_n)),
            set: |settings, value| dry(settings).last_n = to_u32(value).unwrap_or(0),
        },
    },
    Setting {
        key: "dry_sequence_breakers",
        label: "DRY breakers",
        help: "Texts across which nothing counts as a repetition",
        group: Group::Repetition,
        kind: Kind::List,
        automatic: None,
        scope: Scope::Request,
        access: Access {
            get: |settings| Some(Value::List(dry_of(settings).sequence_breakers)),
            set: |settings, value| {
                dry(settings).sequence_breakers =
                    to_list(value).unwrap_or_else(|| Dry::default().sequence_breakers);
            },
        },
    },
    Setting {
        key: "context_length",
        label: "Context length",
        help: "How many tokens of conversation the model sees at once; more needs more memory",
        group: Group::Loading,
        kind: Kind::Count { from: 256, to: 16_777_216 },
        automatic: Some("what the model was trained with, at most 8,192, less if memory is short"),
        scope: Scope::Load,
        access: optional!(Count, to_u32, load.context_length),
    },
    Setting {
        key: "threads",
        label: "Threads",
        help: "How many processor cores compute",
        group: Group::Loading,
        kind: Kind::Count { from: 1, to: 512 },
        automatic: Some("as suits this machine"),
        scope: Scope::Load,
        access: optional!(Count, to_u32, load.threads),
    },
    Setting {
        key: "gpu_layers",
        label: "GPU layers",
        help: "How many layers of the model are computed on the graphics card, where this build has one",
        group: Group::Loading,
        kind: Kind::Count { from: 0, to: 1000 },
        automatic: Some("all, in a build for a graphics card"),
        scope: Scope::Load,
        access: optional!(Count, to_u32, load.gpu_layers),
    },
    Setting {
        key: "flash_attention",
        label: "Flash attention",
        help: "A faster way to compute attention that needs less memory",
        group: Group::Loading,
        kind: Kind::Choice(&[
            Choice { value: "auto", label: "Automatic" },
            Choice { value: "on", label: "On" },
            Choice { value: "off", label: "Off" },
        ]),
        automatic: None,
        scope: Scope::Load,
        access: Access {
            get: |settings| match settings.load.flash_attention {
                Flash::Auto => text("auto"),
                Flash::On => text("on"),
                Flash::Off => text("off"),
            },
            set: |settings, value| {
                settings.load.flash_attention = match to_text(value).as_deref() {
                    Some("on") => Flash::On,
                    Some("off") => Flash::Off,
                    _ => Flash::Auto,
                };
            },
        },
    },
    Setting {
        key: "kv_type",
        label: "KV cache type",
        help: "How exactly the conversation is held in memory; the smaller types need flash attention",
        group: Group::Loading,
        kind: Kind::Choice(&[
            Choice { value: "f16", label: "16 bits" },
            Choice { value: "q8_0", label: "8 bits: half the memory, hardly a loss" },
            Choice { value: "q4_0", label: "4 bits: a quarter of the memory, some loss" },
        ]),
        automatic: None,
        scope: Scope::Load,
        access: Access {
            get: |settings| match settings.load.kv_type {
                KvType::F16 => text("f16"),
                KvType::Q8_0 => text("q8_0"),
                KvType::Q4_0 => text("q4_0"),
            },
            set: |settings, value| {
                settings.load.kv_type = match to_text(value).as_deref() {
                    Some("q8_0") => KvType::Q8_0,
                    Some("q4_0") => KvType::Q4_0,
                    _ => KvType::F16,
                };
            },
        },
    },
    Setting {
        key: "sequences",
        label: "Answers at once",
        help: "How many requests the model answers at the same time; they share the context",
        group: Group::Loading,
        kind: Kind::Count { from: 1, to: 64 },
        automatic: Some("8"),
        scope: Scope::Load,
        access: optional!(Count, to_u32, load.sequences),
    },
    Setting {
        key: "chat_template",
        label: "Chat template",
        help: "A Jinja template in place of the model's own",
        group: Group::Loading,
        kind: Kind::LongText,
        automatic: Some("the model's own"),
        scope: Scope::Load,
        access: optional!(Text, to_text, load.chat_template),
    },
    Setting {
        key: "ignore_memory",
        label: "Load even if memory seems short",
        help: "Skips the check of free memory; the machine may become very slow",
        group: Group::Loading,
        kind: Kind::Switch,
        automatic: None,
        scope: Scope::Load,
        access: Access {
            get: |settings| Some(Value::Switch(settings.load.ignore_memory)),
            set: |settings, value| settings.load.ignore_memory = to_bool(value).unwrap_or(false),
        },
    },
];
