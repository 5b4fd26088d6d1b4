/// Which of the configured accounts renders a spec: the one that it names, or the first of the provider that has its model.
///
/// | the job says | account |
/// | --- | --- |
/// | `account: NAME` | that one |
/// | `provider: NAME` | the first of this provider that offers the model |
/// | a model that one provider has | the first account of it that offers the model |
/// | a model that several providers have | none: the job must say `provider:` |
/// | a model that nobody has | the first account, whose planner says so |
/// | a provider, or a model, of which no account is configured | none of them: the job waits until there is one |
struct AccountChoice {
    /// In the order of the configuration; not empty.
    let accounts: [PlanningAccount]
    /// Providers that are known, and of which no account is configured.
    let missing: [PlanningAccount]
    /// The models of watch.yaml for jobs that name none.
    let models: Configuration.Models

    init(_ accounts: [PlanningAccount], models: Configuration.Models) {
        self.accounts = accounts.filter { $0.missing == nil }
        missing = accounts.filter { $0.missing != nil }
        self.models = models
    }

    /// - Returns: nil, with a diagnostic, where no account can be chosen; one that is `missing`, without a diagnostic, where the provider
    ///   has none.
    func account(for spec: JobSpec, _ found: inout DiagnosticCollector) -> PlanningAccount? {
        // A value that cannot be read has its own diagnostic.
        guard spec.unread.isDisjoint(with: ["provider", "account"]) else { return nil }
        guard let allowed = allowed(for: spec, &found), let first = allowed.first else { return nil }
        guard let (name, mark) = asked(spec) else { return first }
        let knowing = allowed.filter { $0.model(name) != nil }
        let providers = Self.providers(of: knowing)
        guard providers.count < 2 else {
            found.error(.modelOfSeveralProviders(name, providers), at: mark)
            return nil
        }
        if knowing.isEmpty, let other = missing.first(where: { $0.model(name) != nil }) {
            return other
        }
        if knowing.isEmpty, spec.provider != nil || spec.account != nil, spec.model == nil {
            found.error(
                .noDefaultModelOfProvider(first.provider, known: Self.known(first, kind(of: spec))),
                at: (spec.account ?? spec.provider)?.mark ?? spec.mark)
            return nil
        }
        return knowing.first { $0.model(name)?.isOffered(in: $0.region) == true } ?? knowing.first ?? first
    }

    /// The accounts that `account:` and `provider:` leave.
    private func allowed(for spec: JobSpec, _ found: inout DiagnosticCollector) -> [PlanningAccount]? {
        var allowed = accounts
        if let asked = spec.account {
            allowed = allowed.filter { $0.name.foldedName == asked.value.foldedName }
            guard !allowed.isEmpty else {
                found.error(.unknownAccount(asked.value, known: accounts.map(\.name)), at: asked.mark)
                return nil
            }
        }
        if let asked = spec.provider {
            let name = asked.value.foldedName
            allowed = allowed.filter { $0.provider == name }
            if allowed.isEmpty, spec.account == nil, let absent = missing.first(where: { $0.provider == name }) {
                return [absent]
            }
            guard !allowed.isEmpty else {
                found.error(
                    .unknownProvider(asked.value, account: spec.account?.value, known: Self.providers(of: accounts)),
                    at: asked.mark)
                return nil
            }
        }
        return allowed
    }

    /// The model that the job names, or that watch.yaml names for such a job.
    private func asked(_ spec: JobSpec) -> (name: String, mark: Mark)? {
        if let named = spec.model, !named.value.isEmpty { return (named.value, named.mark) }
        return models.standard(for: kind(of: spec)).map { ($0, spec.mark) }
    }

    private func kind(of spec: JobSpec) -> JobKind {
        spec.kind?.value ?? SpecPlanner.candidates(SpecPlanner.roles(of: spec)).first ?? .textToImage
    }

    private static func known(_ account: PlanningAccount, _ kind: JobKind) -> [String] {
        account.catalogue.models(for: kind).prefix(6).map(\.id)
    }

    /// Each once, in their order.
    private static func providers(of accounts: [PlanningAccount]) -> [String] {
        accounts.map(\.provider).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
