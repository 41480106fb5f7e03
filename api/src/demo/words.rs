//! What the posts and dependencies of the demonstration say.

use domain::outcome::{Infeasibility, Outcome};
use domain::petition::answer::Answering;
use domain::refusal::{Code, Refusal};
use domain::text::Text;

/// Words of the demonstration itself, which are never empty.
///
/// # Errors
/// Where they are, after all.
pub fn say(text: &str) -> Result<Text, Refusal> {
    words(text).ok_or_else(|| Code::AnswerTextMissing.into())
}

/// Words, if there are any.
#[must_use]
pub fn words(text: &str) -> Option<Text> {
    Text::parse(text).ok()
}

/// An answer with all that its outcome needs.
#[must_use]
pub fn answering(outcome: Outcome, text: Option<Text>) -> Answering {
    let authority =
        words("Comisión Federal de Electricidad").zip(words("Se reporta al 071 con el número de servicio."));
    Answering {
        outcome,
        infeasibility: infeasible(outcome),
        authority: authority.filter(|_| outcome == Outcome::NotCompetent),
        text,
        adopts: None,
        document: None,
        cancel_open: None,
        let_returns_go: None,
    }
}

/// Why not, where it is not feasible.
#[must_use]
pub fn infeasible(outcome: Outcome) -> Option<Infeasibility> {
    (outcome == Outcome::NotFeasible).then_some(Infeasibility::Budget)
}

/// What the dependency reports; `done` where it did the work.
#[must_use]
pub const fn report_of(outcome: Outcome, done: &str) -> &str {
    match outcome {
        Outcome::Attended | Outcome::Oriented | Outcome::Acknowledged => done,
        Outcome::PartiallyAttended => "Se atendió una parte; el resto queda para la siguiente semana.",
        Outcome::NotFeasible => "No hay material para este trabajo en lo que queda del año.",
        Outcome::Unfounded => "Se fue al lugar y no se encontró nada que hacer.",
        Outcome::NotCompetent => "El poste es de la empresa de electricidad.",
    }
}

/// What the citizen is told.
#[must_use]
pub const fn answer_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Attended => "Su petición quedó atendida.",
        Outcome::PartiallyAttended => "Una parte ya está hecha; le avisaremos del resto.",
        Outcome::NotFeasible => "Este año no alcanza el presupuesto para esta obra; queda anotada para el siguiente.",
        Outcome::Unfounded => "Acudimos al lugar y no encontramos la falla; si vuelve, díganos.",
        Outcome::NotCompetent => "No le toca al municipio; le decimos a quién y cómo pedirlo.",
        Outcome::Oriented => "Le explicamos el trámite y los papeles que piden.",
        Outcome::Acknowledged => "Gracias; lo pasamos a quien corresponde.",
    }
}
