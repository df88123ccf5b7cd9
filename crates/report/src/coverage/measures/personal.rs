//! Whether a column could tell about persons: by the words of its name, in the languages that
//! statistics are exported in.

/// Words that make a column one about persons, wherever they stand in its name.
const PERSONAL: [&str; 73] = [
    "email",
    "mail",
    "emailaddress",
    "ip",
    "ipaddress",
    "visitip",
    "phone",
    "telephone",
    "mobile",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "username",
    "userid",
    "clientid",
    "visitorid",
    "idvisitor",
    "idvisit",
    "customerid",
    "sessionid",
    "deviceid",
    "respondent",
    "npi",
    "bsn",
    "dob",
    "birthdate",
    "birthday",
    "gender",
    "age",
    "comment",
    "feedback",
    // Dutch
    "emailadres",
    "ipadres",
    "telefoon",
    "telefoonnummer",
    "voornaam",
    "achternaam",
    "gebruikersnaam",
    "geboortedatum",
    "geslacht",
    "leeftijd",
    "opmerking",
    "opmerkingen",
    // German
    "emailadresse",
    "ipadresse",
    "telefon",
    "telefonnummer",
    "vorname",
    "nachname",
    "benutzername",
    "geburtsdatum",
    "geschlecht",
    "kommentar",
    "kundennummer",
    // French
    "courriel",
    "téléphone",
    "prénom",
    "sexe",
    "âge",
    "naissance",
    "commentaire",
    "commentaires",
    "identifiant",
    // Spanish
    "correo",
    "teléfono",
    "apellido",
    "apellidos",
    "edad",
    "sexo",
    "nacimiento",
    "comentario",
    "comentarios",
];

/// Words beside which an id, a name or an address means a person.
const WHOSE: [&str; 37] = [
    "user",
    "client",
    "visitor",
    "customer",
    "contact",
    "person",
    "session",
    "device",
    "hcp",
    "doctor",
    "first",
    "last",
    "full",
    "account",
    "member",
    "gebruiker",
    "klant",
    "bezoeker",
    "arts",
    "persoon",
    "nutzer",
    "benutzer",
    "kunde",
    "besucher",
    "arzt",
    "utilisateur",
    "visiteur",
    "médecin",
    "personne",
    "usuario",
    "cliente",
    "visitante",
    "médico",
    "persona",
    "contacto",
    "lid",
    "mitglied",
];

/// Words for what is one person's, beside those.
const OWN: [&str; 14] = [
    "id",
    "name",
    "address",
    "naam",
    "adres",
    "nummer",
    "adresse",
    "nom",
    "numéro",
    "nombre",
    "dirección",
    "número",
    "kennung",
    "ids",
];

/// Words that, alone, can only be those of persons.
const BARE: [&str; 7] = ["id", "name", "names", "naam", "nom", "nombre", "adres"];

/// Whether a column's name, in small letters, says that it holds data of single persons.
pub(super) fn is_personal(name: &str) -> bool {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let of_someone = words.iter().any(|word| WHOSE.contains(word));
    let bare = matches!(words[..], [only] if BARE.contains(&only));
    let about = words.iter().any(|word| PERSONAL.contains(word)) || name.contains("e-mail");
    about || bare || (of_someone && words.iter().any(|word| OWN.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_known_in_every_language_and_sums_are_not_taken_for_them() {
        for name in [
            "e-mailadres",
            "user id",
            "gebruiker-id",
            "naam",
            "nutzer-id",
            "vorname",
            "nom",
            "nom d’utilisateur",
            "correo electrónico",
            "nombre de usuario",
            "ip-adres",
            "téléphone",
        ] {
            assert!(is_personal(name), "{name}");
        }
        for name in [
            "weergaven per actieve gebruiker",
            "aktive nutzer",
            "nombre d'événements",
            "utilisateurs actifs",
            "vistas por usuario activo",
            "número de eventos",
            "average engagement time per active user",
            "total revenue",
            "ereignisanzahl",
        ] {
            assert!(!is_personal(name), "{name}");
        }
    }
}
