//! Professions of the readers that a card is for.

use super::fields::Fields;
use super::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_base::finding::did_you_mean;

/// Declares the professions, each with its name in cards.
macro_rules! professions {
    ($($profession:ident $name:literal $about:literal;)+) => {
        /// What the readers of a persona's site are by training or office.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Profession {
            $(#[doc = $about] $profession,)+
        }

        impl Profession {
            /// As cards write them, in the order of the variants.
            pub const NAMES: [&str; [$($name),+].len()] = [$($name),+];

            /// In the order of the contract.
            const ALL: [Self; Self::NAMES.len()] = [$(Self::$profession),+];
        }
    };
}

professions! {
    Physician "physician" "A doctor of medicine, of any speciality.";
    Dentist "dentist" "A doctor of dentistry.";
    Pharmacist "pharmacist" "Dispenses medicines, in the community or in a hospital.";
    PharmacyAssistant "pharmacy-assistant" "Dispenses under a pharmacist.";
    Druggist "druggist" "Sells medicines that need no prescription.";
    Midwife "midwife" "Attends births.";
    Nurse "nurse" "A nurse who may not prescribe.";
    NursePrescriber "nurse-prescriber" "A nurse who may prescribe.";
    PhysicianAssistant "physician-assistant" "Practises medicine under a physician.";
    Veterinarian "veterinarian" "A doctor of animals.";
    Chiropractor "chiropractor" "Treats joints and spine by hand.";
    Psychologist "psychologist" "Treats or tests without medicines.";
    Dietitian "dietitian" "Advises on food.";
    SocialWorker "social-worker" "Helps with what surrounds an illness.";
    CaseManager "case-manager" "Arranges the care of one patient.";
    Payer "payer" "Decides what is paid for.";
    Other "other" "None of these.";
}

impl Profession {
    /// As cards write it.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// Professions of one card, each once.
pub(super) struct Professions;

impl Shape for Professions {
    type Value = Vec<Profession>;
    const FORM: Form = Form::SomeOf(&Profession::NAMES);
}

impl<C: ?Sized> ReadIn<C> for Professions {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Vec<Profession>> {
        let mut professions = Vec::new();
        for name in fields.reader.as_texts(written.name, written.item)? {
            let known = Profession::ALL.into_iter().find(|known| known.name() == name.value);
            match known {
                Some(profession) if professions.contains(&profession) => {}
                Some(profession) => professions.push(profession),
                None => {
                    let help = did_you_mean(&name.value.to_lowercase(), Profession::NAMES);
                    let message = format!("`{}` is no profession.", name.value);
                    fields.reader.invalid(name.span, message, Some(help));
                }
            }
        }
        Some(professions)
    }
}
