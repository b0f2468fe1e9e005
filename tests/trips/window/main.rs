//! Journeys through the window, as a person makes them: by names on the screen and by keys, on the
//! real engine and small real models.

mod apps;
mod changes;
mod chat;
mod children;
mod conversations;
mod documents;
mod find;
mod first_start;
mod guide;
mod interrupted;
mod keyboard;
mod many_documents;
mod models;
mod pages;
mod pictures;
mod running_apps;
mod settings;
mod small;
mod too_long;
