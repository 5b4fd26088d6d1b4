extension ReferencePlanner {
    /// What a link leads to, as far as its end tells, against what is wanted.
    func check(_ url: String, _ item: MediaAssignment.Item, _ model: Model, _ found: inout DiagnosticCollector) {
        guard let input = item.input, let kind = MediaName.kind(ofName: url) else { return }
        if input.isAddress {
            // A page may well be called like a picture; who names a document means the document.
            guard kind == .document, let other = model.inputs.first(where: { $0.kind == kind && !$0.isAddress }),
                !url.hasSuffix(".md")
            else {
                return
            }
            found.warn(.notAPage(kind, input, other: other), at: item.name.mark)
        } else if kind != input.kind {
            found.error(.linkOfOtherKind(kind, model, input), at: item.name.mark)
        } else if kind == .document, !input.limit.formats.isEmpty, let ending = MediaName.ending(of: url),
            !input.limit.formats.contains(ending)
        {
            found.error(.linkOfWrongFormat(ending, model, formats: input.limit.formats), at: item.name.mark)
        }
    }
}
