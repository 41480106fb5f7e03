//! What views are made of: everything that belongs to some petitions, each kind of row in one query.

use std::collections::{BTreeSet, HashMap};

use domain::actor::Actor;
use domain::id::Id;
use domain::petition::{Petition, Petitioner};
use domain::policy::Rules;
use domain::position::position;
use domain::text::TextRef;
use domain::time::Instant;
use persistence::history::{self, TextRow};
use persistence::petitions::{self, Brief, PetitionerDetails, Place};
use persistence::{Db, StoreError, accounts};
use uuid::Uuid;

use crate::office::Office;
use crate::text::Language;

/// For whom something is shown, and when.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Who looks.
    pub actor: &'a Actor,
    /// In which language.
    pub language: Language,
    /// Now.
    pub now: Instant,
    /// Names of codes, and rules.
    pub office: &'a Office,
}

impl Viewer<'_> {
    /// The rules by which a petition is judged.
    #[must_use]
    pub fn rules(&self, petition: &Petition) -> &Rules {
        self.office.rules_of(&petition.policy)
    }

    /// One of two names.
    #[must_use]
    pub fn named(&self, es: &str, en: &str) -> String {
        match self.language {
            Language::Spanish => es.to_owned(),
            Language::English => en.to_owned(),
        }
    }

    /// The name of a category, or its code where there is none.
    #[must_use]
    pub fn category(&self, code: &str) -> String {
        self.office.category(code).map_or_else(|| code.to_owned(), |one| self.named(&one.name_es, &one.name_en))
    }

    /// The name of a channel.
    #[must_use]
    pub fn channel(&self, code: &str) -> String {
        self.office.channel(code).map_or_else(|| code.to_owned(), |one| self.named(&one.name_es, &one.name_en))
    }

    /// The name of a post of the office.
    #[must_use]
    pub fn post(&self, code: &str) -> String {
        position(code).map_or_else(|| code.to_owned(), |one| self.named(one.name_es, one.name_en))
    }

    /// The name of a dependency.
    #[must_use]
    pub fn dependency(&self, code: &str) -> String {
        self.office.dependency(code).map_or_else(|| code.to_owned(), |one| self.named(&one.name_es, &one.name_en))
    }
}

/// Texts, places and petitioners of some petitions.
#[derive(Debug, Default)]
pub struct Material {
    texts: HashMap<Uuid, TextRow>,
    places: HashMap<Id<Petition>, Place>,
    petitioners: HashMap<Id<Petitioner>, PetitionerDetails>,
    followers: HashMap<Uuid, String>,
    related: HashMap<Id<Petition>, Brief>,
}

impl Material {
    /// Reads what belongs to these petitions.
    ///
    /// # Errors
    /// The database's.
    pub fn of(db: &mut Db, petitions: &[Petition]) -> Result<Self, StoreError> {
        if petitions.is_empty() {
            return Ok(Self::default());
        }
        let ids: Vec<Id<Petition>> = petitions.iter().map(|petition| petition.id).collect();
        let followers: Vec<Uuid> = petitions
            .iter()
            .filter_map(|petition| petition.follower.map(Id::uuid))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let related: Vec<Id<Petition>> = petitions
            .iter()
            .flat_map(|petition| {
                let linked = petition.relations.iter().map(|link| link.petition);
                let followed = petition.follows.iter().map(|following| following.principal);
                linked.chain(followed).chain(petition.followers.iter().copied())
            })
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let wanted: Vec<Uuid> = petitions.iter().flat_map(shown_texts).collect();
        Ok(Self {
            texts: history::texts(db, &wanted)?,
            places: petitions::places(db, &ids)?,
            petitioners: petitions::petitioners(db, &ids)?,
            followers: accounts::accounts_named(db, &followers)?.into_iter().collect(),
            related: petitions::briefs(db, &related)?,
        })
    }

    /// A petition that is related to one of these, in brief.
    #[must_use]
    pub fn related(&self, id: Id<Petition>) -> Option<&Brief> {
        self.related.get(&id)
    }

    /// The words of a text; none once they were erased.
    #[must_use]
    pub fn text(&self, reference: &TextRef) -> Option<String> {
        self.texts.get(&reference.id.uuid()).and_then(|row| row.body.clone())
    }

    /// The words of a text that may not be there.
    #[must_use]
    pub fn some_text(&self, reference: Option<&TextRef>) -> Option<String> {
        reference.and_then(|reference| self.text(reference))
    }

    /// Where a petition is.
    #[must_use]
    pub fn place(&self, petition: &Petition) -> Place {
        self.places.get(&petition.id).cloned().unwrap_or_default()
    }

    /// The name of who in particular follows a petition.
    #[must_use]
    pub fn follower(&self, petition: &Petition) -> Option<String> {
        petition.follower.and_then(|account| self.followers.get(&account.uuid()).cloned())
    }

    /// Personal data of a petitioner; none of anonymous ones.
    #[must_use]
    pub fn petitioner(&self, petitioner: &Petitioner) -> Option<&PetitionerDetails> {
        self.petitioners.get(&petitioner.id)
    }
}

/// The texts that the views of a petition show.
fn shown_texts(petition: &Petition) -> Vec<Uuid> {
    let mut shown: Vec<&TextRef> = Vec::new();
    shown.extend(&petition.text);
    shown.extend(&petition.address);
    shown.extend(petition.fields.iter().filter_map(|one| one.value.text()));
    if let Some(answer) = &petition.round.answer {
        shown.push(&answer.text);
        shown.extend(&answer.authority);
        shown.extend(&answer.procedure);
        shown.extend(answer.document.as_ref().map(|document| &document.number));
    }
    for share in &petition.assignments {
        shown.extend(&share.instructions);
        shown.extend(share.resolution.as_ref().map(|resolution| &resolution.report));
        shown.extend(share.returned.as_ref().map(|back| &back.explanation));
        shown.extend(share.responsible.as_ref().map(|responsible| &responsible.name));
    }
    shown.extend(petition.attachments.iter().filter_map(|attachment| attachment.name.as_ref()));
    for question in &petition.questions {
        shown.push(&question.text);
        shown.extend(&question.reply);
    }
    shown.into_iter().map(|reference| reference.id.uuid()).collect()
}
