//! The words of a text as they are compared: without case and accents, and by their Spanish stem.
//!
//! The same words go into the index and into a search, on whatever database, so nothing depends on an engine's
//! dictionaries. Knows neither where words are kept nor what a search asks for.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use waken_snowball::{Algorithm, stem};

/// Characters of a word that count; the rest of a longer one is passed over.
const LONGEST: usize = 40;

/// Words that stand in nearly every sentence and say nothing of the matter: articles, prepositions, pronouns.
/// Sorted, without accents.
const EMPTY: [&str; 48] = [
    "a", "al", "como", "con", "de", "del", "desde", "e", "el", "ella", "en", "es", "esa", "ese", "eso", "esta", "este",
    "esto", "ha", "la", "las", "le", "les", "lo", "los", "me", "mi", "mis", "nos", "o", "para", "pero", "por", "que",
    "se", "si", "son", "su", "sus", "te", "tu", "u", "un", "una", "unas", "unos", "y", "ya",
];

/// Endings that the stemmer knows only with their accent, as they are typed without it.
const ACCENTED: [(&str, &str); 4] = [("acion", "ación"), ("ucion", "ución"), ("logia", "logía"), ("logias", "logías")];

/// The text in lower case and without accents: `ÁRBOL` and `arbol` are the same, and so are `ñ` and `n`.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The stems of a text's words: what two texts have in common says how alike they are.
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    each(text, |word| all.extend(stems(word)));
    all
}

/// Each word of a text that says something, in lower case and with its accents.
pub fn each(text: &str, mut see: impl FnMut(&str)) {
    let lower: String = if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase().nfkc().collect() };
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let end = word.char_indices().nth(LONGEST).map_or(word.len(), |(at, _)| at);
        let word = &word[..end];
        if EMPTY.binary_search(&fold(word).as_str()).is_err() {
            see(word);
        }
    }
}

/// What a word is found by: its stem as it is typed without accents, and where it has accents, its stem with them too.
///
/// Two words are the same when they share one. Neither alone does: the stemmer knows some endings only with their
/// accent (`llovió`), and most people search without.
#[must_use]
pub fn stems(word: &str) -> Vec<String> {
    if word.chars().any(|c| c.is_ascii_digit()) {
        return vec![fold(word)];
    }
    let plain = fold(word);
    let ending = ACCENTED.iter().find_map(|(typed, meant)| Some((plain.strip_suffix(typed)?, meant)));
    let mut found = vec![match ending {
        Some((begin, meant)) => stemmed(&format!("{begin}{meant}")),
        None => stemmed(&plain),
    }];
    if plain != word {
        let other = stemmed(word);
        if other != found[0] {
            found.push(other);
        }
    }
    found
}

fn stemmed(word: &str) -> String {
    let mut stem = fold(&stem(Algorithm::Spanish, word));
    // The plural turns a final z into c, which the stemmer does not undo: luz, luces.
    if stem.ends_with('z') {
        stem.pop();
        stem.push('c');
    }
    stem
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(one: &str, other: &str) -> bool {
        !words(one).is_disjoint(&words(other))
    }

    #[test]
    fn forms_of_one_word_are_found_by_each_other_with_and_without_accents() {
        for family in [
            &["bache", "baches", "BACHES", "Bache"][..],
            &["luminaria", "luminarias", "LUMINARIAS"],
            &["reparación", "reparaciones", "reparacion", "REPARACIÓN", "reparar"],
            &["basura", "basuras"],
            &["drenaje", "drenajes"],
            &["alumbrado", "alumbrados"],
            &["público", "publico", "públicos", "PUBLICO", "pública"],
            &["tubería", "tuberías", "tuberia", "tuberias"],
            &["luz", "luces", "LUZ"],
            &["cruz", "cruces"],
            &["raíz", "raíces", "raiz", "raices"],
            &["árbol", "árboles", "arbol", "arboles", "ÁRBOLES"],
            &["camión", "camiones", "camion"],
            &["jardín", "jardines", "jardin"],
            &["panteón", "panteones", "panteon"],
            &["semáforo", "semáforos", "semaforo", "semaforos"],
            &["niño", "niños", "nino", "NIÑOS"],
            &["desagüe", "desagües", "desague", "desagues"],
            &["pingüino", "pinguino"],
            &["contaminación", "contaminacion", "contaminaciones"],
            &["solución", "solucion", "soluciones"],
            &["señalización", "senalizacion", "señalizaciones"],
            &["fuga", "fugas"],
            &["banqueta", "banquetas"],
            &["alcantarilla", "alcantarillas"],
            &["inundación", "inundaciones", "inundacion"],
            &["perro", "perros", "perra"],
            &["policía", "policías", "policia", "policias"],
            &["topes", "tope"],
            &["poda", "podar", "podas"],
            &["terreno", "terrenos"],
            &["lote", "lotes"],
            &["cable", "cables"],
            &["poste", "postes"],
            &["col\u{301}onia", "cólonia"],
            &["llovió", "llovio"],
            &["llover", "llovió"],
        ] {
            for one in family {
                for other in family {
                    assert!(same(one, other), "{one} {:?} and {other} {:?}", words(one), words(other));
                }
            }
        }
    }

    #[test]
    fn different_words_stay_different() {
        for (one, other) in [
            ("bache", "basura"),
            ("luz", "luto"),
            ("agua", "aguacate"),
            ("1234", "123"),
            ("calle", "callejón"),
            ("poste", "postal"),
            ("mercado", "marcado"),
        ] {
            assert!(!same(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn numbers_and_what_is_written_together_with_them_stay_as_they_are() {
        let all = words("Calle 12 núm. 1234-B, entre la 5ª y la 3a");
        let expected = ["12", "1234", "3a", "5a", "b", "call", "entre", "num"];
        assert_eq!(all.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn articles_and_punctuation_are_no_words() {
        assert!(words("de la, el... ¿y A QUÉ? — ¡Él!").is_empty());
        assert!(EMPTY.is_sorted());
    }

    #[test]
    fn a_word_without_end_counts_by_its_beginning() {
        let long = "a".repeat(10_000);
        assert_eq!(words(&long), words(&format!("{long}b")));
    }

    proptest! {
        #[test]
        fn case_and_accents_never_matter(text in "[a-zñáéíóúü ]{0,60}") {
            prop_assert!(words(&fold(&text)).is_subset(&words(&text)));
            prop_assert_eq!(words(&text.to_uppercase()), words(&text));
        }

        #[test]
        fn whatever_is_typed_can_be_read(text in ".*") {
            for word in words(&text) {
                prop_assert!(!word.is_empty());
            }
        }
    }
}
