extension Model {
    /// A model that the catalogue does not know: everything is taken, and the provider checks it.
    ///
    /// Its lane is the slowest that the provider documents for any model, two submits a minute.
    ///
    /// - Parameter inputs: what it may take.
    static func unknown(id: String, endpoint: Endpoint, inputs: [Input]) -> Model {
        let form = endpoint.form
        let films: [JobKind] = JobKind.allCases.filter(\.makesFilms)
        return Model(
            id: id, title: id, status: .current,
            kinds: form.makesFilms ? films : [.textToImage, .imageEdit], endpoints: [endpoint],
            inputs: inputs, size: SizeRule(shape: .asWritten), duration: DurationRule(range: 1...3600),
            count: form.takesCount ? 1...100 : 1...1,
            promptLimit: form.takesText ? TextLimit(count: .max, unit: .characters) : nil, promptIsOptional: true,
            negativePromptLimit: form.takesText ? TextLimit(count: .max, unit: .characters) : nil,
            limit: LaneLimit(group: "unknown:" + id, submits: 2, perSeconds: 60, running: 2), confidence: .unknown,
            source: "the job file")
    }
}

extension ModelCatalogue {
    /// Tags of the endpoints, in order.
    var endpointTags: [String] { tables.endpoints.keys.sorted() }

    /// By its tag, or by its path below the API root.
    ///
    /// - Parameter family: the form's name as the job says it; nil: the endpoint's own.
    /// - Returns: nil where there is no such tag, or the family of a path is not known.
    func endpoint(_ text: String, family: String?) -> Model.Endpoint? {
        let form = family.flatMap { spelling.form($0) }
        if let tagged = tables.endpoints.first(where: { $0.key.lowercased() == text.lowercased() })?.value {
            var endpoint = tagged
            endpoint.form = form ?? tagged.form
            return endpoint
        }
        guard spelling.allows(path: text) else { return nil }
        let known = tables.endpoints.sorted { $0.key < $1.key }.map(\.value).filter { $0.path == text && !$0.streams }
        if var endpoint = known.first(where: { $0.form == form }) ?? known.first {
            endpoint.form = form ?? endpoint.form
            return endpoint
        }
        guard let form else { return nil }
        return Model.Endpoint(tag: text, path: text, mode: .async, form: form)
    }
}
