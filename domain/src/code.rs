//! Closed sets of words with a stable code each: what rows, wires and events carry.

/// An enumeration whose values have codes. Codes never change and are never reused.
pub trait Coded: Copy + Eq + Sized + 'static {
    /// The name of the set, in `CamelCase`, as contracts show it.
    const NAME: &'static str;
    /// Whether later versions may add values: readers treat an unknown one as "other".
    const MAY_GROW: bool = false;
    /// All values in the order in which people are shown them.
    const ALL: &'static [Self];

    /// The code of this value, `snake_case`.
    fn code(self) -> &'static str;

    /// The value of a code.
    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

impl Coded for crate::time::Precision {
    const NAME: &'static str = "Precision";
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> &'static str {
        self.code()
    }
}

impl Coded for crate::clock::Stage {
    const NAME: &'static str = "Stage";
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> &'static str {
        self.code()
    }
}

impl Coded for crate::clock::TermState {
    const NAME: &'static str = "TermState";
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> &'static str {
        self.code()
    }
}

impl Coded for crate::catalogue::ChannelType {
    const NAME: &'static str = "ChannelType";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> &'static str {
        self.code()
    }
}

impl Coded for crate::catalogue::ContactRule {
    const NAME: &'static str = "ContactRule";
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> &'static str {
        self.code()
    }
}
