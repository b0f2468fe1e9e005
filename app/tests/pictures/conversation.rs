//! Conversations to draw.

use std::time::Duration;

use engine::{Finish, StopReason, Timings, Usage};
use satchel::transcript::{
    MessageKey, Progress, Reasoning, Speaker, TranscriptMessage, TranscriptSource,
};

/// Messages that do not change.
pub(crate) struct Fixed(Vec<TranscriptMessage<'static>>);

impl TranscriptSource for Fixed {
    fn revision(&self) -> u64 {
        1
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn message(&self, index: usize) -> TranscriptMessage<'_> {
        self.0[index]
    }
}

fn message(key: i64, speaker: Speaker, text: &'static str) -> TranscriptMessage<'static> {
    TranscriptMessage {
        key: MessageKey(key),
        version: 1,
        speaker,
        text,
        reasoning: None,
        model: if speaker == Speaker::Assistant { "Qwen3 8B" } else { "" },
        progress: Progress::Complete,
        branch: (1, 1),
        finish: None,
        dropped_messages: 0,
        sources: None,
        is_broken_app: false,
        begins_anew: false,
        refused: None,
    }
}

fn finish() -> &'static Finish {
    Box::leak(Box::new(Finish {
        reason: StopReason::EndOfTurn,
        usage: Usage { prompt_tokens: 40, reused_tokens: 0, generated_tokens: 312 },
        timings: Timings {
            first_token: Duration::from_millis(420),
            generating: Duration::from_secs(25),
            ..Timings::default()
        },
        seed: 1,
    }))
}

const QUESTION: &str = "Which notice periods apply if we end the Halden lease early, and what would it cost? Give me a small table.";

const ANSWER: &str = "Ending the lease early is possible, but only at the **break dates** in [clause 14](https://example.org/14). Two conditions apply:

- Written notice at least **six months** before the break date
- All rent paid up to that date, with no `material_breach` outstanding

The next break date is *31 March 2027*, so notice must arrive by 30 September 2026. Costs at that date:

| Item | Basis | Amount |
|---|---|--:|
| Break penalty | 3 months' rent | € 28,500 |
| Reinstatement | Schedule 4 estimate | € 11,200 |
| **Total** | | **€ 39,700** |

I checked the total with this script:

```rhai
let rent = 9_500;
let penalty = rent * 3;
let total = penalty + docs.lookup(\"schedule 4\").amount;
print(`Total: € ${total}`);   // 39700
```
";

/// A question and a rich answer.
pub(crate) fn lease() -> Fixed {
    let mut answer = message(2, Speaker::Assistant, ANSWER);
    answer.finish = Some(finish());
    answer.branch = (2, 3);
    answer.reasoning = Some(Reasoning { text: "Hm.", duration: Some(Duration::from_secs(12)) });
    Fixed(vec![message(1, Speaker::User, QUESTION), answer])
}

/// Answers in each state.
pub(crate) fn states() -> Fixed {
    let states = [
        (Progress::Waiting { ahead: 2 }, ""),
        (Progress::Reading { tokens: 450, of: 1_000 }, ""),
        (Progress::Thinking, ""),
        (Progress::Writing, "It begins with **bo"),
        (Progress::Stopped, "It began well."),
        (Progress::Interrupted, "It began well."),
        (Progress::Failed("The model needs 9.1 GB of memory, and 6.2 GB are free"), ""),
    ];
    let mut messages = vec![message(1, Speaker::User, "Go on")];
    for (index, (progress, text)) in states.into_iter().enumerate() {
        let mut answer = message(index as i64 + 2, Speaker::Assistant, text);
        answer.progress = progress;
        if progress == Progress::Thinking {
            answer.reasoning = Some(Reasoning { text: "Let me see", duration: None });
        }
        messages.push(answer);
    }
    Fixed(messages)
}

/// Every kind of block.
pub(crate) fn kinds_of_text() -> Fixed {
    let text = "## A list

1. First, ~~not~~ *this* one
2. Second
   - nested list
   - [x] a task that is done
   - [ ] one that is open

> Quoted **words**
>
> > and quoted again

---

```python
def area(radius: float) -> float:  # a comment that is long enough to need a scroll bar
    return 3.14159 * radius ** 2
```

Not opened: [a file](file:///tmp/x).";
    Fixed(vec![message(1, Speaker::Assistant, text)])
}
