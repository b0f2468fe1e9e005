//! The formats that most models were trained on, for those that bring no template of their own.

use super::SpecialTokens;

/// One of them.
#[derive(Debug)]
pub(super) struct Known {
    /// What a GGUF may say in place of a template.
    name: &'static str,
    /// What people call it.
    pub(super) title: &'static str,
    pub(super) source: &'static str,
    /// Ends a turn, or begins the next one, as text.
    pub(super) stops: &'static [&'static str],
    /// The end-of-text tokens by which it is recognised, whatever the architecture.
    eos: &'static [&'static str],
    /// The beginnings of the architectures' names.
    architectures: &'static [&'static str],
}

impl Known {
    /// The one that a GGUF calls by its name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.name == name.trim())
    }

    /// The one that a model is most likely to know: by its special tokens, else by its
    /// architecture, else ChatML, which most fine-tunes use.
    pub(super) fn usual(architecture: &str, tokens: &SpecialTokens) -> &'static Self {
        let by_tokens = KNOWN.iter().find(|known| known.eos.contains(&tokens.eos.as_str()));
        let of_architecture = |known: &&Self| {
            known.architectures.iter().any(|beginning| architecture.starts_with(beginning))
        };
        by_tokens.or_else(|| KNOWN.iter().find(of_architecture)).unwrap_or(&KNOWN[0])
    }
}

const KNOWN: [Known; 12] = [
    Known {
        name: "chatml",
        title: "ChatML",
        source: include_str!("known/chatml.jinja"),
        stops: &["<|im_end|>"],
        eos: &["<|im_end|>"],
        architectures: &["qwen", "internlm", "orion", "minicpm", "smollm", "lfm"],
    },
    Known {
        name: "llama3",
        title: "the Llama 3 format",
        source: include_str!("known/llama3.jinja"),
        stops: &["<|eot_id|>"],
        eos: &["<|eot_id|>", "<|end_of_text|>"],
        architectures: &["llama4"],
    },
    Known {
        name: "llama2",
        title: "the Llama 2 format",
        source: include_str!("known/llama2.jinja"),
        stops: &["[INST]"],
        eos: &[],
        architectures: &["llama"],
    },
    Known {
        name: "mistral",
        title: "the Mistral format",
        source: include_str!("known/mistral.jinja"),
        stops: &["[INST]"],
        eos: &[],
        architectures: &["mistral", "mixtral"],
    },
    Known {
        name: "gemma",
        title: "the Gemma format",
        source: include_str!("known/gemma.jinja"),
        stops: &["<end_of_turn>"],
        eos: &["<end_of_turn>"],
        architectures: &["gemma"],
    },
    Known {
        name: "phi3",
        title: "the Phi-3 format",
        source: include_str!("known/phi3.jinja"),
        stops: &["<|end|>"],
        eos: &["<|end|>"],
        architectures: &["phi3", "phimoe"],
    },
    Known {
        name: "zephyr",
        title: "the Zephyr format",
        source: include_str!("known/zephyr.jinja"),
        stops: &["<|user|>"],
        eos: &[],
        architectures: &["stablelm", "falcon", "olmo"],
    },
    Known {
        name: "deepseek",
        title: "the DeepSeek format",
        source: include_str!("known/deepseek.jinja"),
        stops: &["<｜User｜>"],
        eos: &["<｜end▁of▁sentence｜>"],
        architectures: &["deepseek"],
    },
    Known {
        name: "command-r",
        title: "the Command R format",
        source: include_str!("known/command-r.jinja"),
        stops: &["<|END_OF_TURN_TOKEN|>"],
        eos: &["<|END_OF_TURN_TOKEN|>"],
        architectures: &["command-r", "cohere"],
    },
    Known {
        name: "granite",
        title: "the Granite format",
        source: include_str!("known/granite.jinja"),
        stops: &["<|end_of_text|>", "<|start_of_role|>"],
        eos: &[],
        architectures: &["granite"],
    },
    Known {
        name: "glm4",
        title: "the GLM-4 format",
        source: include_str!("known/glm4.jinja"),
        stops: &["<|user|>", "<|observation|>"],
        eos: &[],
        architectures: &["glm", "chatglm"],
    },
    Known {
        name: "harmony",
        title: "the harmony format of gpt-oss",
        source: include_str!("known/harmony.jinja"),
        stops: &["<|return|>"],
        eos: &["<|return|>"],
        architectures: &["gpt-oss"],
    },
];

#[cfg(test)]
mod tests {
    use super::super::{Message, RenderOptions, Role, Template};
    use super::*;

    fn tokens(eos: &str) -> SpecialTokens {
        SpecialTokens { bos: "<s>".to_owned(), eos: eos.to_owned() }
    }

    #[test]
    fn each_works_by_its_name_and_shows_all_turns() {
        let turns = [
            Message::new(Role::System, "standing-orders"),
            Message::new(Role::User, "first-question"),
            Message::new(Role::Assistant, "first-answer"),
            Message::new(Role::User, "second-question"),
            Message::new(Role::Tool, "tool-result"),
        ];
        for known in &KNOWN {
            let template = Template::new(Some(known.name), "", tokens("</s>"));
            assert_eq!(template.note(), None, "{}", known.name);
            assert_eq!(template.stop_strings(), known.stops);
            let prompt = template.render(&turns, &RenderOptions::default()).unwrap();
            let mut from = 0;
            for turn in &turns {
                let at = prompt[from..].find(&turn.content);
                from += at.unwrap_or_else(|| panic!("{} lacks {turn:?}: {prompt}", known.name));
            }
        }
    }

    #[test]
    fn special_tokens_tell_more_than_the_architecture() {
        assert_eq!(Known::usual("llama", &tokens("<|eot_id|>")).name, "llama3");
        assert_eq!(Known::usual("llama", &tokens("<|im_end|>")).name, "chatml");
        assert_eq!(Known::usual("llama", &tokens("</s>")).name, "llama2");
        assert_eq!(Known::usual("gemma3", &tokens("<eos>")).name, "gemma");
        assert_eq!(Known::usual("llama4", &tokens("<|eot|>")).name, "llama3");
        assert_eq!(Known::usual("unheard-of", &tokens("")).name, "chatml");
    }
}
