import DashScope
import ProviderSupport
import QwenProxy
import RenderCore
import RenderHTTP
import WaveSpeed

/// One line for each account of a workspace that has several: where it is, where its key is read, and what one free request came to.
struct AccountExamination {
    let context: CommandContext

    func findings(_ accounts: [ConfiguredAccount]) async -> [DoctorFinding] {
        let transport = CurlTransport(
            environment: context.environment, userAgent: "renderdrop/\(Version.number)", maxConnectionsPerHost: 2)
        defer { transport.close() }
        var findings: [DoctorFinding] = []
        for account in accounts { findings.append(await finding(account, transport)) }
        do {
            // Each may be fine alone.
            if findings.allSatisfy({ $0.verdict != .wrong }) { try ConfiguredAccount.check(accounts) }
        } catch let failure as CommandFailure {
            findings.append(.wrong("accounts", failure))
        } catch {
            findings.append(.wrong("accounts", .usage, .checkFailed("\(error)")))
        }
        return findings
    }

    private func finding(_ account: ConfiguredAccount, _ transport: CurlTransport) async -> DoctorFinding {
        let check = "account \(account.name)"
        do throws(Failure) {
            try account.key.check()
        } catch {
            return error.has(.noKey)
                ? .wrong(check, .account, account.missingKey) : .wrong(check, .account, failure: error)
        }
        do {
            let said = try await ask(account, transport)
            return .fine(check, ShownText.line(account.facts + ", answers" + (said.map { "; \($0)" } ?? "")))
        } catch let failure as Failure where failure.has(.endpointUnusable) {
            return .wrong(check, .usage, failure: failure)
        } catch let failure as Failure {
            let reach = DoctorVerdicts.reach((try? account.kind.root(of: account.settings)) ?? account.name, failure)
            return DoctorFinding(
                check: check, verdict: reach.verdict, says: reach.says, advice: reach.advice, code: reach.code)
        } catch {
            return .wrong(check, .unreachable, .checkFailed("\(error)"))
        }
    }

    /// - Returns: what the provider says of the account besides; nil: nothing.
    private func ask(_ account: ConfiguredAccount, _ transport: CurlTransport) async throws -> String? {
        switch account.kind {
        case .dashscope:
            let (settings, key) = (account.settings, try account.key.read())
            try await DashScopeService(
                endpoint: try Endpoint(
                    region: settings.region, workspace: settings.workspace, baseURL: settings.baseURL),
                transport: transport, uploads: NoUploads(), key: { key }
            ).verify()
            return nil
        case .wavespeed:
            let key = try account.key.read()
            let service = WaveSpeedService(
                root: try WaveSpeedRoot(baseURL: account.settings.baseURL), transport: transport, key: { key })
            return try await service.balance().map { "balance \($0)" }
        case .qwenProxy:
            var options = QwenProxyOptions()
            options.dialect = account.settings.dialect.flatMap { ProxyDialect(named: $0) }
            let key = account.key.isNamed ? try account.key.read() : nil
            let state = try await QwenProxyService(
                root: try QwenProxyRoot(baseURL: account.settings.baseURL), transport: transport, options: options,
                key: key.map { key -> @Sendable () async throws -> APIKey in { key } }
            ).state()
            let makes = state.makes.isEmpty ? "makes neither pictures nor films" : "makes \(state.makes)"
            return (["dialect \(state.dialect)", makes] + [state.accounts].compactMap { $0 }).joined(separator: ", ")
        }
    }
}
