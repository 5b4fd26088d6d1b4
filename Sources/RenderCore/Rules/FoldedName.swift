extension String {
    /// What a share that ignores case, and the spelling of accents, sees in a name: equal results may be one file there.
    ///
    /// Upper case first, so that `ß` and `ss`, `ς` and `σ` meet. Strings compare by canonical equivalence, so NFC and NFD
    /// of the result are equal without another step.
    public var foldedName: String { uppercased().lowercased() }
}
