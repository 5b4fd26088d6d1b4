import DashScope
import Foundation
import ProviderSupport
import QwenProxy
import RenderCore
import RenderEngine
import WaveSpeed

/// Makes the service of an account: each gets the key of its own provider, and no other.
struct AccountLine: Sendable {
    let transport: any HTTPTransport
    let uploads: any UploadStore
    let keyMark: @Sendable (String) -> String?
    let keys: UsedKeys
    /// Of watch.yaml: where the allowances of a day begin.
    let zone: TimeZone
    /// Puts the fence of the inbox around a service.
    let guarded: @Sendable (any RenderService) -> any RenderService

    /// - Throws: `Failure` where its address cannot be used.
    func seat(of account: ConfiguredAccount, _ catalogue: ModelCatalogue) throws -> ProviderSeat {
        switch account.kind {
        case .dashscope: try dashScope(account, catalogue)
        case .wavespeed: try waveSpeed(account, catalogue)
        case .qwenProxy: try qwenProxy(account, catalogue)
        }
    }

    private func waveSpeed(_ account: ConfiguredAccount, _ catalogue: ModelCatalogue) throws -> ProviderSeat {
        let (settings, source, used) = (account.settings, account.key, keys.waveSpeed)
        var options = WaveSpeedOptions()
        options.resultHosts = settings.resultHosts + catalogue.resultHosts
        options.currency = account.currency ?? options.currency
        let service = WaveSpeedService(
            root: try WaveSpeedRoot(baseURL: settings.baseURL), transport: transport, options: options,
            keyMark: keyMark,
            keysAtHand: { used.all + source.all() }, keyVersion: { source.version },
            key: {
                let read = try source.read()
                used.note(read)
                return read
            })
        return seat(account, guarded(service), origins: service, catalogue) { try await service.verify() }
    }

    private func qwenProxy(_ account: ConfiguredAccount, _ catalogue: ModelCatalogue) throws -> ProviderSeat {
        let (settings, source, used) = (account.settings, account.key, keys.qwenProxy)
        var options = QwenProxyOptions()
        options.dialect = settings.dialect.flatMap { ProxyDialect(named: $0) }
        options.resultHosts = settings.resultHosts + catalogue.resultHosts
        options.timeZone = zone
        let key: @Sendable () async throws -> APIKey = {
            let read = try source.read()
            used.note(read)
            return read
        }
        let service = QwenProxyService(
            root: try QwenProxyRoot(baseURL: settings.baseURL), transport: transport, options: options,
            keyMark: keyMark, keysAtHand: { used.all + source.all() }, keyVersion: { source.version },
            key: source.isNamed ? key : nil)
        return seat(account, guarded(service), origins: service, catalogue) { try await service.verify() }
    }

    private func dashScope(_ account: ConfiguredAccount, _ catalogue: ModelCatalogue) throws -> ProviderSeat {
        let (settings, source, used) = (account.settings, account.key, keys.dashScope)
        var options = DashScopeOptions()
        options.account = account.name
        options.resultHosts = settings.resultHosts + catalogue.resultHosts
        let service = DashScopeService(
            endpoint: try Endpoint(
                region: settings.region, workspace: settings.workspace, baseURL: settings.baseURL),
            transport: transport, uploads: LedgerUploads(ledger: uploads), options: options, keyMark: keyMark,
            keysAtHand: { used.all + source.all() }, keyVersion: { source.version },
            key: {
                let read = try source.read()
                used.note(read)
                return read
            })
        return seat(account, guarded(service), origins: service, catalogue) { try await service.verify() }
    }

    private func seat(
        _ account: ConfiguredAccount, _ service: any RenderService, origins: any SubmitOrigins,
        _ catalogue: ModelCatalogue, verify: @escaping @Sendable () async throws -> Void
    ) -> ProviderSeat {
        var settings = account.settings
        settings.region = service.region
        return ProviderSeat(
            account: account.name, service: service, origins: origins, verify: verify, catalogue: catalogue,
            settings: settings)
    }
}

/// Uploads remembered in the ledger, so that a later render of the same model need not repeat them.
private struct LedgerUploads: UploadCache {
    let ledger: any UploadStore

    func lookup(_ key: UploadKey) async throws -> UploadRecord? { try await ledger.upload(key) }

    func forget(sha256: String, model: String, until moment: Date) async throws {
        try await ledger.forgetUploads(sha256: sha256, model: model, until: moment)
    }

    func store(_ upload: UploadRecord) async throws { try await ledger.add(upload) }
}
