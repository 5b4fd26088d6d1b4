import DashScope
import Foundation
import RenderCore

/// An account of a run: at which provider, with which key.
struct ConfiguredAccount: Sendable {
    var name: String
    var kind: ProviderKind
    var settings: Configuration.Provider
    var key: KeySource
    var currency: String?

    /// Those of `accounts:` in watch.yaml, in the order of the file; without it the one that `provider:` describes.
    static func all(_ configuration: Configuration, _ environment: [String: String]) -> [ConfiguredAccount] {
        guard configuration.accounts.isEmpty else {
            return configuration.accounts.compactMap { account in
                // Settings with an unknown provider are refused when they are read.
                guard let kind = ProviderKind(rawValue: account.provider) else { return nil }
                return ConfiguredAccount(
                    name: account.name, kind: kind, settings: account.settings,
                    key: KeySource(
                        environment: environment, file: account.settings.keyFile, kind: kind,
                        variable: account.keyVariable), currency: account.currency)
            }
        }
        return [
            ConfiguredAccount(
                name: configuration.provider.account, kind: .first, settings: configuration.provider,
                key: KeySource(environment: environment, file: configuration.provider.keyFile))
        ]
    }

    /// For people: what it is, and whether it has a key.
    func line() -> String {
        var place: String?
        if (try? key.read()) != nil { place = key.place.name }
        // An address that cannot be used has a message of its own.
        let root = (try? kind.root(of: settings)) ?? settings.baseURL ?? kind.rawValue
        let line = Message.account(name, provider: kind.rawValue, root: Redaction.link(root), key: place)
        return place == nil ? "\(line): \(missingKey.next)" : line
    }

    var missingKey: Message {
        .accountWithoutKey(name, provider: kind.rawValue, variables: key.variables, file: key.file)
    }

    /// Every account has a key of its own, and an address that can be asked.
    ///
    /// - Throws: `CommandFailure`.
    static func check(_ accounts: [ConfiguredAccount]) throws {
        var seen: [(kind: ProviderKind, secret: APIKey, name: String)] = []
        for account in accounts {
            let key: APIKey
            do {
                key = try account.key.read()
            } catch {
                guard accounts.count > 1, error.has(.noKey) else {
                    throw CommandFailure(.account, error.message, advice: error.advice)
                }
                throw CommandFailure(.account, account.missingKey)
            }
            do {
                _ = try account.kind.root(of: account.settings)
            } catch {
                // Nobody has been asked yet: whatever does not fit together is written so in the configuration.
                throw CommandFailure(.usage, error.message, advice: error.advice)
            }
            // Each would take the other's tasks for a stranger's.
            if let other = seen.first(where: { $0.kind == account.kind && $0.secret == key }) {
                throw CommandFailure(.usage, .accountsWithOneKey(other.name, account.name))
            }
            seen.append((account.kind, key, account.name))
        }
    }
}
