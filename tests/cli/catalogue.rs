//! `atiende catalogue`: catalogues out to files and in from files.

use crate::database::Engine;
use crate::tool::Tool;

/// Nobody's city: what the post's file looks like, in Latin-1.
fn postal_codes() -> Vec<u8> {
    let heading = "d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|d_ciudad|d_CP|c_estado|c_oficina|c_CP|c_tipo_asenta|\
        c_mnpio|id_asenta_cpcons|d_zona|c_cve_ciudad";
    let row = |code: &str, name: &str, kind: &str, within: &str| {
        format!("{code}|{name}|{kind}|Prueba|Prueba||99000|05|99000||09|{within}|0001|Urbano|01")
    };
    let lines = [
        "Aviso: este archivo es de prueba.".to_owned(),
        heading.to_owned(),
        row("99001", "Peñasco", "Colonia", "035"),
        row("99002", "Peñasco", "Colonia", "035"),
        row("99003", "El Olmo", "Ejido", "035"),
        row("99004", "Lejana", "Colonia", "009"),
    ];
    lines.join("\r\n").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

#[test]
fn neighbourhoods_come_from_a_census_and_from_the_post_and_go_out_as_a_table() {
    for engine in Engine::BOTH {
        let tool = Tool::on(engine);
        tool.put("census.csv", "colonia,poblacion_total_2010,hogares_2010\nPenasco,120,30\nLas Lomas,80,20\n");
        tool.put("CPdescarga.txt", postal_codes());
        let put =
            |source: &str, file: &str| tool.run(&["catalogue", "import", "neighbourhoods", file, "--source", source]);
        let said = put("census", "census.csv").well();
        assert!(said.contains("2 added, 0 changed, 0 as they were"), "{said}");
        let said = put("postal-codes", "CPdescarga.txt").well();
        assert!(said.contains("1 added, 1 changed, 0 as they were"), "{said}");
        let said = put("postal-codes", "CPdescarga.txt").well();
        assert!(said.contains("0 added, 0 changed, 2 as they were"), "{said}");
        let table = tool.run(&["catalogue", "export", "neighbourhoods"]).well();
        for line in ["penasco,Penasco,Colonia,99001 99002,120,2010,,", "el_olmo,El Olmo,Ejido,99003,,,,"] {
            assert!(table.lines().any(|one| one.trim() == line), "{line} not in {table}");
        }
        // What went out comes in again and changes nothing.
        tool.put("table.csv", &table);
        assert!(put("table", "table.csv").well().contains("0 added, 0 changed, 3 as they were"));
    }
}

#[test]
fn a_file_with_one_wrong_line_changes_nothing_and_says_where_it_is_wrong() {
    let tool = Tool::on(Engine::Lite);
    tool.put("wrong.csv", "code,name,postal_codes\nlas_lomas,Las Lomas,27010\nBad Code,Otra,27010\nel_olmo,,2701\n");
    let put = |further: &[&str]| {
        tool.run(&[&["catalogue", "import", "neighbourhoods", "wrong.csv", "--language", "es"], further].concat())
    };
    let said = put(&[]).badly();
    for place in ["/lines/3/code: Un código", "/lines/4/name: ", "/lines/4/postal_codes: "] {
        assert!(said.contains(place), "{place} not in {said}");
    }
    tool.put("wrong.csv", "code,name\nlas_lomas,Las Lomas\n");
    assert!(put(&["--dry-run"]).well().contains("Serían 1 agregados"));
    assert!(!tool.run(&["catalogue", "export", "neighbourhoods"]).well().contains("las_lomas"));
}
