import DashScope
import Foundation
import ProviderSupport
import RenderCore

/// An account of a run: at which provider, with which key.
struct ConfiguredAccount: Sendable {
    var name: String
    var kind: ProviderKind
    var settings: Configuration.Provider
    var key: KeySource
    var currency: String?

    /// Those of `accounts:` in watch.yaml, in the order of the file. Without it the one that `provider:` describes, and one for each other
    /// provider whose key is in the environment or among the credentials; the first is left out if it has no key and another has.
    static func all(_ configuration: Configuration, _ environment: [String: String]) -> [ConfiguredAccount] {
        guard configuration.accounts.isEmpty else {
            return configuration.accounts.compactMap { account in
                // Settings with an unknown provider are refused when they are read.
                guard let kind = ProviderKind(rawValue: account.provider) else { return nil }
                return ConfiguredAccount(
                    name: account.name, kind: kind, settings: placed(account.settings, kind, environment),
                    key: KeySource(
                        environment: environment, file: account.settings.keyFile, kind: kind,
                        variable: account.keyVariable), currency: account.currency)
            }
        }
        let first = ConfiguredAccount(
            name: configuration.provider.account, kind: .first, settings: configuration.provider,
            key: KeySource(environment: environment, file: configuration.provider.keyFile))
        let others = ProviderKind.allCases.filter { $0 != .first }.compactMap { kind -> ConfiguredAccount? in
            let key = KeySource(environment: environment, file: nil, kind: kind)
            guard key.isNamed else { return nil }
            var settings = Configuration.Provider()
            settings.account = kind.rawValue
            // What is said of lost answers holds for all.
            settings.quietPeriodSeconds = configuration.provider.quietPeriodSeconds
            settings.lostAnswer = configuration.provider.lostAnswer
            return ConfiguredAccount(
                name: kind.rawValue, kind: kind, settings: placed(settings, kind, environment), key: key)
        }
        return others.isEmpty || first.key.isNamed ? [first] + others : others
    }

    /// With the base URL of the environment, where the account names none.
    private static func placed(
        _ settings: Configuration.Provider, _ kind: ProviderKind, _ environment: [String: String]
    ) -> Configuration.Provider {
        guard settings.baseURL == nil, let text = kind.baseURLVariable.flatMap({ environment[$0] }),
            !text.allSatisfy(\.isWhitespace)
        else { return settings }
        var placed = settings
        placed.baseURL = text
        return placed
    }

    /// For people: what it is, and whether it has a key.
    func line() -> String { "account \(name): " + facts }

    /// The same without its name.
    var facts: String {
        var place: String?
        if (try? key.read()) != nil { place = key.place.name }
        // An address that cannot be used has a message of its own.
        let root = (try? kind.root(of: settings)) ?? settings.baseURL ?? kind.rawValue
        let line = Message.account(provider: kind.rawValue, root: Redaction.link(root), key: place)
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
