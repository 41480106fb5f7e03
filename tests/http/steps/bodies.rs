//! What is sent for each step: valid wherever the step is possible.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::attachments::files::{END, FORM, part, png};

/// What is sent for a step of a petition; valid wherever the step is possible.
pub fn body(step: &str) -> Value {
    match step {
        "amend" => json!({"address": "Calle Nueva 7"}),
        "reclassify" => json!({"category": "pothole", "reason": "Es un bache."}),
        "prioritise" => json!({"priority": "urgent", "reason": "Es frente a una escuela."}),
        "route" => json!({"assignments": [{"dependency": "public_services"}]}),
        "ask" => json!({"text": "¿En qué número?"}),
        "answer" => {
            json!({"outcome": "attended", "text": "Listo.", "cancel_open": "Ya no.", "let_returns_go": "Ya no."})
        }
        "contact" => json!({"direction": "in", "medium": "telephone", "purpose": "status_enquiry", "result": "told"}),
        "notify" => json!({"medium": "telephone", "result": "told"}),
        "reopen" => json!({"reason": "Volvió.", "assignments": []}),
        "withdraw" => json!({"reason": "Ya no quiere."}),
        "join" => json!({"petitioner": {"name": "Eva Ruiz"}}),
        "close" | "annul" => json!({"reason": "Así conviene."}),
        "note" => json!({"text": "Una nota."}),
        "attach" => json!({"kind": "internal"}),
        "deliver" => json!({"documents": [{"requirement": "water_bill"}]}),
        "disclose" => json!({"purpose": "contact"}),
        "take" => Value::Null,
        "hand_over" => json!({"position": "director_general", "reason": "Es un asunto mayor."}),
        "tag" => json!({"tags": ["rain_2026"]}),
        // The first petition of any house.
        "relate" => json!({"relation": "same_place", "petition": "AC-2026-000001-5"}),
        "split" => json!({"category": "pothole", "text": "Y un bache."}),
        "merge" => json!({"into": "AC-2026-000001-5"}),
        "unmerge" => Value::Null,
        other => panic!("no body for {other}"),
    }
}

/// What is sent for a step of a share; the office says who spoke for the dependency.
pub fn share_body(step: &str) -> Value {
    let mut body = match step {
        "accept" => json!({}),
        "return" => json!({"reason": "other_area", "explanation": "Le toca a otra área."}),
        "delegate" => json!({"unit": "drinking_water_unit"}),
        "appoint" => json!({"name": "Raúl Medina"}),
        "set_external_reference" => json!({"external_reference": format!("OT-{}", uuid::Uuid::new_v4())}),
        "report_progress" => json!({"report": "Se fue a ver."}),
        "extend" => json!({"working_days": 1, "reason": "Falta material."}),
        "ask" => json!({"text": "¿En qué número?"}),
        "resolve" => json!({"report": "Quedó.", "outcome": "attended"}),
        "send_back" | "cancel" => return json!({"reason": "Así conviene."}),
        "attach" => return json!({}),
        other => panic!("no body for {other}"),
    };
    body["on_behalf_of"] = json!({"who": "Ing. Medina", "medium": "telephone"});
    body
}

pub fn question_body(step: &str) -> Option<Value> {
    (step == "reply").then(|| json!({"text": "En el 118."}))
}

/// A form with a picture in it.
pub(super) fn a_form(request: RequestBuilder, fields: &Value) -> RequestBuilder {
    let fields = fields.as_object().unwrap().iter();
    let mut parts: Vec<Vec<u8>> =
        fields.map(|(name, value)| part(name, None, None, value.as_str().unwrap().as_bytes())).collect();
    parts.push(part("file", Some("a.png"), Some("image/png"), &png()));
    parts.push(END.to_vec());
    request.header("Content-Type", FORM).body(parts.concat())
}
