//! A conversation in the terminal, kept like one of the window.

use std::process::ExitCode;

use engine::conversations::{
    AnswerEnd, ConversationId, MessageId, NewMessage, StoreCommand, StoreEvent, Worker,
};
use engine::inference::Overflow;
use engine::{Inbox, Message, Role, asleep, channel};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Error;
use super::answer::{self, Answer};
use super::chat::{request, too_long};
use super::interrupt::Interrupts;
use super::loading::Ready;
use super::terminal::{self, Screen, Streaming};
use crate::demo;

const PROMPT: &str = "> ";

const HELP: &str = "\
/new         begin another conversation
/regenerate  answer the last message once more
/help        show this
/quit        end, as does Ctrl+D
Ctrl+C stops an answer; what was said so far is kept";

/// Reads, answers and keeps until the person ends it.
pub(super) fn run(ready: Ready, interrupts: &Interrupts) -> Result<ExitCode, Error> {
    let mut editor = DefaultEditor::new()?;
    let mut conversation = Conversation::begin(ready, interrupts)?;
    terminal::note(&format!(
        "{} answers. /help lists commands, Ctrl+D ends",
        demo::labelled(&conversation.ready.model.name)
    ));
    loop {
        match editor.readline(PROMPT) {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                // A line that cannot be remembered can still be answered.
                editor.add_history_entry(&line).ok();
                match Input::read(&line) {
                    Input::Quit => break,
                    Input::Help => terminal::note(HELP),
                    Input::New => {
                        conversation.forget();
                        terminal::note("A new conversation begins");
                    }
                    Input::Unknown => terminal::note("no such command; /help lists them"),
                    Input::Regenerate => conversation.regenerate(&mut editor)?,
                    Input::Say(text) => conversation.say(text, &mut editor)?,
                }
            }
            Err(ReadlineError::Interrupted) => terminal::note("Ctrl+D ends the conversation"),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
enum Input<'a> {
    Say(&'a str),
    New,
    Regenerate,
    Help,
    Quit,
    Unknown,
}

impl<'a> Input<'a> {
    fn read(line: &'a str) -> Self {
        match line.trim() {
            "/new" => Self::New,
            "/regenerate" => Self::Regenerate,
            "/help" => Self::Help,
            "/quit" | "/exit" => Self::Quit,
            // A path or a remark may begin with a stroke, too.
            command if command.starts_with('/') && !command[1..].contains(['/', ' ']) => {
                Self::Unknown
            }
            text => Self::Say(text),
        }
    }
}

struct Conversation<'a> {
    ready: Ready,
    interrupts: &'a Interrupts,
    store: Worker,
    news: Inbox<StoreEvent>,
    /// `None` until something is said.
    id: Option<ConversationId>,
    /// What was said, with the name of each message in the store.
    turns: Vec<(MessageId, Message)>,
}

impl<'a> Conversation<'a> {
    fn begin(ready: Ready, interrupts: &'a Interrupts) -> Result<Self, Error> {
        let (outbox, news) = channel(asleep());
        let store =
            Worker::start(ready.folder.conversations_db(), outbox).map_err(Error::Thread)?;
        // A conversation that cannot be kept is not begun.
        if let Ok(StoreEvent::OpenFailed(error)) = news.recv() {
            return Err(error.into());
        }
        Ok(Self { ready, interrupts, store, news, id: None, turns: Vec::new() })
    }

    fn forget(&mut self) {
        self.id = None;
        self.turns.clear();
    }

    fn head(&self) -> Option<MessageId> {
        self.turns.last().map(|(id, _)| *id)
    }

    /// The conversation in the store, created with the first message.
    fn kept(&mut self) -> ConversationId {
        *self.id.get_or_insert_with(|| {
            let id = ConversationId::new();
            self.store.send(StoreCommand::Create(id));
            let model = Some(self.ready.model.id.clone());
            self.store.send(StoreCommand::SetModel { conversation: id, model });
            id
        })
    }

    fn say(&mut self, text: &str, editor: &mut DefaultEditor) -> Result<(), Error> {
        let message = NewMessage::user(self.kept(), self.head(), text);
        self.turns.push((message.id, Message::new(Role::User, text)));
        self.store.send(StoreCommand::Append(message));
        if !self.answer(editor)? {
            self.take_back();
        }
        Ok(())
    }

    /// What found no room would find none with the next message either, so it is not kept.
    fn take_back(&mut self) {
        let Some((id, _)) = self.turns.pop() else { return };
        self.store.send(StoreCommand::DeleteMessage(id));
        if self.turns.is_empty()
            && let Some(id) = self.id.take()
        {
            self.store.send(StoreCommand::Delete(id));
        }
        terminal::note("The message is not kept; arrow up brings it back to be changed");
    }

    fn regenerate(&mut self, editor: &mut DefaultEditor) -> Result<(), Error> {
        let old = self.turns.pop_if(|(_, message)| message.role == Role::Assistant);
        if self.turns.is_empty() {
            terminal::note("there is nothing to answer yet");
            return Ok(());
        }
        if !self.answer(editor)?
            && let Some(old) = old
        {
            self.store.send(StoreCommand::SwitchBranch(old.0));
            self.turns.push(old);
        }
        Ok(())
    }

    /// Answers the last message. What goes wrong with the model is told, and the conversation goes
    /// on; only a terminal that is gone ends it. `false` if there was no room for an answer.
    fn answer(&mut self, editor: &mut DefaultEditor) -> Result<bool, Error> {
        let conversation = self.kept();
        let message =
            NewMessage::answer(conversation, self.head(), demo::labelled(&self.ready.model.name));
        let id = message.id;
        self.store.send(StoreCommand::BeginAnswer(message));
        let answered = match self.ask(id, Overflow::Refuse) {
            Err(Error::Engine(engine::Error::ContextOverflow { messages_to_drop, .. }))
                if messages_to_drop > 0 && wants_to_drop(messages_to_drop, editor)? =>
            {
                self.ask(id, Overflow::DropOldest)
            }
            other => other,
        };
        let end = match &answered {
            Ok(answer) => AnswerEnd::Finished(answer.finish.clone()),
            Err(Error::Engine(error)) => AnswerEnd::Failed(error.to_string()),
            Err(_) => AnswerEnd::Interrupted,
        };
        self.store.send(StoreCommand::FinishAnswer { message: id, end });
        let mut had_room = true;
        match answered {
            Ok(answer) => self.heard(id, answer),
            Err(Error::Engine(engine::Error::ContextOverflow {
                prompt_tokens,
                context_length,
                messages_to_drop,
            })) => {
                if messages_to_drop == 0 {
                    let error =
                        too_long(&self.ready.model, "message", prompt_tokens, context_length);
                    terminal::note(&error.line().unwrap_or_default());
                }
                self.store.send(StoreCommand::DeleteMessage(id));
                had_room = false;
            }
            Err(Error::Engine(error)) => {
                terminal::note(&Error::Engine(error).line().unwrap_or_default());
            }
            Err(error) => return Err(error),
        }
        self.tell_what_was_not_kept();
        Ok(had_room)
    }

    fn ask(&self, id: MessageId, overflow: Overflow) -> Result<Answer, Error> {
        let turns = self.turns.iter().map(|(_, message)| message.clone()).collect();
        let mut request = request(&self.ready.settings, turns);
        request.overflow = overflow;
        let mut screen = Keeping { message: id, store: &self.store, screen: Streaming::new() };
        answer::answer(&self.ready.engine, request, self.interrupts, &mut screen)
    }

    fn heard(&mut self, id: MessageId, answer: Answer) {
        if let Some(remark) = answer::remark(&answer.finish.reason) {
            terminal::note(remark);
        }
        let reasoning = Some(answer.reasoning).filter(|reasoning| !reasoning.is_empty());
        let message = Message { reasoning, ..Message::new(Role::Assistant, answer.text) };
        self.turns.push((id, message));
    }

    fn tell_what_was_not_kept(&self) {
        for event in self.news.try_iter() {
            if let StoreEvent::Failed { task, error, .. } = event {
                terminal::note(&format!("cannot {task}: {error}"));
            }
        }
    }
}

/// Nothing is left out without a word.
fn wants_to_drop(messages: usize, editor: &mut DefaultEditor) -> Result<bool, Error> {
    let question = format!(
        "The conversation no longer fits into the context. Leave out the oldest {messages} messages \
         for this answer? [y/N] "
    );
    match editor.readline(&question) {
        Ok(line) => Ok(terminal::is_yes(&line)),
        Err(ReadlineError::Interrupted | ReadlineError::Eof) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Shows an answer and has it kept while it grows.
struct Keeping<'a> {
    message: MessageId,
    store: &'a Worker,
    screen: Streaming,
}

impl Keeping<'_> {
    fn extend(&self, text: &str, reasoning: &str) {
        self.store.send(StoreCommand::ExtendAnswer {
            message: self.message,
            text: text.to_owned(),
            reasoning: reasoning.to_owned(),
        });
    }
}

impl Screen for Keeping<'_> {
    fn reasoning(&mut self, piece: &str) -> Result<(), Error> {
        self.extend("", piece);
        self.screen.reasoning(piece)
    }

    fn text(&mut self, piece: &str) -> Result<(), Error> {
        self.extend(piece, "");
        self.screen.text(piece)
    }

    fn end(&mut self) -> Result<(), Error> {
        self.screen.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_what_is_said() {
        assert_eq!(Input::read(" /new "), Input::New);
        assert_eq!(Input::read("/quit"), Input::Quit);
        assert_eq!(Input::read("/frobnicate"), Input::Unknown);
        assert_eq!(Input::read("/usr/bin is what?"), Input::Say("/usr/bin is what?"));
        assert_eq!(Input::read("what is /help"), Input::Say("what is /help"));
    }
}
