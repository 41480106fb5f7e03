//! The city of the demonstration: its people, streets, matters and words. Nobody in it exists.
//!
//! Neighbourhoods bear names that Torreón has; all else is made up. Telephones and addresses lead nowhere.

use domain::contact::Medium;
use persistence::petitions::PetitionerDetails;

use super::chance::Chance;

/// Neighbourhoods.
pub const NEIGHBOURHOODS: &[&str] = &[
    "Abastos",
    "Alamedas",
    "Ampliación La Rosita",
    "Ampliación Los Ángeles",
    "Aviación",
    "Campo Nuevo Zaragoza",
    "Carolinas",
    "Ciudad Nazas",
    "División del Norte",
    "Eduardo Guerra",
    "Ejido La Concha",
    "Ejido La Joya",
    "Ejido La Partida",
    "El Tajito",
    "Estrella",
    "Fidel Velázquez",
    "Francisco Villa",
    "Fuentes del Sur",
    "Jardines de California",
    "La Dalia",
    "La Fuente",
    "La Merced II",
    "La Perla",
    "Las Brisas",
    "Las Julietas",
    "Latinoamericano",
    "Lázaro Cárdenas",
    "Magdalenas",
    "Moctezuma",
    "Monte Real",
    "Nueva Aurora",
    "Nueva Los Ángeles",
    "Nuevo Torreón",
    "Primero de Mayo",
    "Residencial del Norte",
    "Rincón La Merced",
    "Salvador Allende",
    "San Felipe",
    "San Joaquín",
    "Santa Sofía",
    "Segundo de Cobián (Centro)",
    "Tierra y Libertad",
    "Torreón Jardín",
    "Valle Dorado",
    "Valle Oriente",
    "Vicente Guerrero",
    "Villa California",
    "Villa Jacarandas",
    "Villas La Merced",
    "Villas Zaragoza",
];

const STREETS: &[&str] = &[
    "Calle de los Nogales",
    "Calle Algodonera",
    "Av. del Ferrocarril Viejo",
    "Calle Los Pinabetes",
    "Priv. del Huizache",
    "Calle Cerro Prieto",
    "Av. Las Norias",
    "Calle Vendimia",
    "Calle del Tranvía",
    "Blvd. de las Acequias",
    "Calle Mezquital",
    "Calle Los Dátiles",
    "Calle Canal Alto",
    "Priv. Las Palomas",
    "Calle del Telégrafo",
    "Av. La Esperanza Nueva",
    "Calle Sierra Chica",
    "Calle de la Tolvanera",
    "Calle Los Alfareros",
    "Av. del Mercado Nuevo",
];

const FIRST_NAMES: &[&str] = &[
    "Alma",
    "Andrés",
    "Beatriz",
    "Brenda",
    "Claudia",
    "César",
    "Daniela",
    "Efraín",
    "Elvira",
    "Ernesto",
    "Fátima",
    "Gerardo",
    "Graciela",
    "Hilda",
    "Ignacio",
    "Irma",
    "Jacinto",
    "Karla",
    "Leonor",
    "Lucio",
    "Marcela",
    "Mauricio",
    "Nora",
    "Octavio",
    "Paola",
    "Ramiro",
    "Rosaura",
    "Saúl",
    "Teresa",
    "Tomás",
    "Ulises",
    "Verónica",
];

const SURNAMES: &[&str] = &[
    "Aldape",
    "Barraza",
    "Cisneros",
    "Dávila",
    "Esparza",
    "Favela",
    "Galindo",
    "Herrada",
    "Ibarra",
    "Jaramillo",
    "Limones",
    "Macías",
    "Nájera",
    "Olvera",
    "Puentes",
    "Quiñones",
    "Rangel",
    "Salas",
    "Tovar",
    "Urbina",
    "Valdez",
    "Zapata",
];

/// One matter that people bring.
#[derive(Clone, Copy, Debug)]
pub struct Matter {
    /// Code of the category.
    pub category: &'static str,
    /// How the citizen says it; `{}` is where.
    pub said: &'static [&'static str],
    /// What the dependency reports.
    pub done: &'static str,
}

const fn matter(category: &'static str, said: &'static [&'static str], done: &'static str) -> Matter {
    Matter { category, said, done }
}

/// What people bring, by how common it is.
pub const MATTERS: &[(i64, Matter)] = &[
    (
        14,
        matter(
            "lamp_out",
            &["La lámpara frente a {} lleva varias noches apagada.", "No prende el poste de luz en {}."],
            "Se cambió el foco y se revisó la fotocelda.",
        ),
    ),
    (5, matter("sector_dark", &["Toda la cuadra quedó a oscuras, desde {}."], "Se repuso el fusible del circuito.")),
    (
        16,
        matter(
            "pothole",
            &["Hay un bache hondo en {} y ya se poncharon dos carros.", "Piden tapar los baches de {}."],
            "Se tapó con mezcla caliente y se compactó.",
        ),
    ),
    (4, matter("damaged_surface", &["El pavimento está levantado en {}."], "Se niveló el tramo y se selló.")),
    (
        12,
        matter(
            "water_leak",
            &["Sale agua de la banqueta en {} desde ayer.", "Hay una fuga a media calle en {}."],
            "Se reparó la toma y se repuso el piso.",
        ),
    ),
    (7, matter("no_water", &["No cae agua en {} por las tardes."], "Se purgó la línea y subió la presión.")),
    (6, matter("sewage_overflow", &["Brotan aguas negras en {} y huele muy mal."], "Se desazolvó el colector.")),
    (4, matter("drain_blocked", &["El drenaje está tapado en {}."], "Se destapó con equipo de presión.")),
    (3, matter("manhole_cover", &["Falta la tapa de la alcantarilla en {}."], "Se puso una tapa nueva.")),
    (
        9,
        matter(
            "waste_collection",
            &["No ha pasado el camión de la basura por {}."],
            "Se recogió y se corrigió la ruta.",
        ),
    ),
    (4, matter("green_waste", &["Dejaron ramas secas amontonadas en {}."], "Se retiraron dos viajes de ramas.")),
    (5, matter("tree_pruning", &["Las ramas de un árbol tocan los cables en {}."], "Se podó y se retiró la rama.")),
    (3, matter("square_upkeep", &["Los juegos de la plaza de {} están rotos."], "Se soldaron los juegos y se pintó.")),
    (2, matter("graffiti", &["Rayaron la barda de la escuela en {}."], "Se cubrió con pintura.")),
    (4, matter("traffic_light_faulty", &["El semáforo de {} se queda en ámbar."], "Se cambió la tarjeta del control.")),
    (2, matter("sign_fallen", &["Está tirada la señal de alto en {}."], "Se volvió a plantar la señal.")),
    (3, matter("bus_service", &["El camión no hace parada en {}."], "Se amonestó al concesionario.")),
    (2, matter("abandoned_vehicle", &["Hay un carro sin llantas abandonado en {}."], "Se llevó al corralón.")),
    (3, matter("vacant_lot", &["El lote baldío de {} está lleno de maleza."], "Se requirió al dueño y se limpió.")),
    (2, matter("business_noise", &["El salón de {} tiene la música hasta la madrugada."], "Se visitó y se apercibió.")),
    (2, matter("falling_tree", &["Un árbol seco está por caer sobre una casa en {}."], "Se derribó el árbol.")),
    (3, matter("dead_animal", &["Hay un perro muerto en {}."], "Se retiró y se encaló el lugar.")),
    (3, matter("aggressive_dog", &["Anda suelto un perro bravo por {}."], "Se capturó y quedó en observación.")),
    (2, matter("fumigation", &["Hay muchos zancudos en {}."], "Se fumigó la manzana.")),
    (2, matter("patrol_round", &["Piden rondines de noche por {}."], "Se agregó la calle al recorrido.")),
    (3, matter("food_parcel", &["Una familia de {} pide despensa."], "Se entregó la despensa del mes.")),
    (2, matter("assistive_device", &["Una señora de {} necesita silla de ruedas."], "Se entregó la silla.")),
    (2, matter("scholarship", &["Preguntan por beca para dos niños de {}."], "Se inscribió en la lista.")),
    (2, matter("property_tax_query", &["No coincide el predial de una casa en {}."], "Se corrigió la superficie.")),
    (1, matter("neighbour_conflict", &["Un vecino de {} tapa la entrada con su carro."], "Se citó a las dos partes.")),
];

/// What goes to Contraloría.
pub const AGAINST_PUBLIC_SERVANT: Matter = matter(
    "traffic_officer_conduct",
    &["Un agente detuvo a un motociclista en {} y le pidió dinero."],
    "Se abrió expediente y se citó al servidor público.",
);

/// What is answered while the citizen is still there.
pub const ORIENTATION: Matter =
    matter("orientation", &["Preguntan qué papeles piden para un permiso; viven en {}."], "");

/// Channels by how much comes in through each, with the medium by which people are told.
pub const CHANNELS: &[(i64, (&str, Medium))] = &[
    (46, ("phone_073", Medium::Telephone)),
    (14, ("desk", Medium::Telephone)),
    (9, ("whatsapp", Medium::Messaging)),
    (8, ("facebook", Medium::SocialMedia)),
    (7, ("neighbourhood_tour", Medium::Telephone)),
    (4, ("web_form", Medium::Email)),
    (3, ("email", Medium::Email)),
    (3, ("mobile_app", Medium::Messaging)),
    (2, ("radio", Medium::Telephone)),
    (2, ("mayor_event", Medium::Telephone)),
    (2, ("council_member", Medium::Telephone)),
];

/// Somewhere in the city.
pub struct Spot {
    /// Street and number.
    pub address: String,
    /// The neighbourhood.
    pub neighbourhood: &'static str,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Five digits.
    pub postal_code: String,
}

impl Spot {
    /// Anywhere. One neighbourhood stays together on the map.
    pub fn draw(chance: &mut Chance) -> Self {
        let neighbourhood = *chance.pick(NEIGHBOURHOODS);
        let of_name = neighbourhood.bytes().fold(9_001_u64, |sum, byte| sum * 31 % 1_000_003 + u64::from(byte));
        let mut centre = Chance::new(of_name);
        let mut near = |low: i64, high: i64| {
            let degrees = i32::try_from(centre.between(low, high) + chance.between(-400, 400));
            f64::from(degrees.unwrap_or(0)) / 100_000.0
        };
        let latitude = near(2_552_000, 2_559_000);
        let longitude = near(-10_346_000, -10_334_000);
        let postal_code = format!("27{:03}", centre.between(0, 49) * 10);
        let street = chance.pick(STREETS);
        let address = format!("{street} {}", chance.between(1, 2_400));
        Self { address, neighbourhood, latitude, longitude, postal_code }
    }
}

/// A name that nobody has on purpose.
pub fn name(chance: &mut Chance) -> String {
    format!("{} {} {}", chance.pick(FIRST_NAMES), chance.pick(SURNAMES), chance.pick(SURNAMES))
}

/// Somebody who asks, and can be told.
pub fn petitioner(chance: &mut Chance, medium: Medium) -> PetitionerDetails {
    let telephone = format!("+52871555{:04}", chance.between(0, 9_999));
    let number = chance.between(100, 9_999);
    PetitionerDetails {
        kind: if chance.percent(4) { "committee" } else { "person" }.to_owned(),
        name: Some(name(chance)),
        telephone: (medium != Medium::Email || chance.percent(40)).then_some(telephone),
        email: (medium == Medium::Email).then(|| format!("vecino{number}@example.org")),
        other_contact: None,
        preferred: Some(domain::code::Coded::code(medium).to_owned()),
        presented_by: None,
        curp: None,
    }
}

#[cfg(test)]
mod tests {
    use domain::catalogue::torreon;
    use domain::identity::{PersonName, Telephone};

    use super::*;

    #[test]
    fn every_matter_and_channel_is_in_the_catalogue_and_somebody_attends_it() {
        let catalogue = torreon();
        for (_, matter) in MATTERS {
            let category = catalogue.categories.iter().find(|row| row.code == matter.category);
            assert!(category.is_some_and(|row| row.dependency.is_some()), "{}", matter.category);
            assert!(matter.said.iter().all(|said| said.contains("{}")), "{}", matter.category);
        }
        for (_, (channel, _)) in CHANNELS {
            assert!(catalogue.channels.iter().any(|row| row.code == *channel), "{channel}");
        }
    }

    #[test]
    fn whoever_asks_has_a_name_and_a_telephone_that_the_city_could_have() {
        let mut chance = Chance::new(5);
        for _ in 0..200 {
            let somebody = petitioner(&mut chance, Medium::Telephone);
            let (name, telephone) = (somebody.name.unwrap(), somebody.telephone.unwrap());
            assert_eq!(PersonName::parse(&name).unwrap().as_str(), name);
            assert_eq!(Telephone::parse(&telephone).unwrap().as_str(), telephone);
        }
    }

    #[test]
    fn every_spot_lies_in_the_city() {
        let mut chance = Chance::new(6);
        for _ in 0..500 {
            let spot = Spot::draw(&mut chance);
            assert!((25.4..25.7).contains(&spot.latitude) && (-103.5..-103.3).contains(&spot.longitude));
            assert!(spot.postal_code.len() == 5, "{}", spot.postal_code);
        }
    }
}
