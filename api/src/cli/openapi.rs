//! `atiende openapi`: prints the contract. What is committed as `openapi.yaml` is exactly this.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::Outcome;
use crate::document::Document;

/// Print the contract
#[derive(Args)]
pub struct Openapi {
    /// The form to print it in
    #[arg(long, value_enum, default_value_t = Form::Yaml)]
    form: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Yaml,
    Json,
}

impl Openapi {
    pub(super) fn run(self) -> Outcome {
        let document = Document::build()?;
        let text = match self.form {
            Form::Yaml => document.yaml,
            Form::Json => document.json,
        };
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(())
    }
}
