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
    /// provider whose key is in the environment or among the credentials. Of these, whoever has no usable key is left out if another has one:
    /// its jobs wait.
    static func all(_ configuration: Configuration, _ environment: [String: String]) -> [ConfiguredAccount] {
        named(configuration, environment).used
    }

    /// Why an account that nobody wrote into watch.yaml is left out, although something stands where its key should be.
    static func unusable(_ configuration: Configuration, _ environment: [String: String]) -> [Message] {
        named(configuration, environment).leftOut.map { account, failure in
            .accountLeftOut(account.kind.rawValue, because: failure.message)
        }
    }

    private typealias LeftOut = (account: ConfiguredAccount, failure: Failure)

    private static func named(
        _ configuration: Configuration, _ environment: [String: String]
    ) -> (used: [ConfiguredAccount], leftOut: [LeftOut]) {
        guard configuration.accounts.isEmpty else {
            let all = configuration.accounts.compactMap { account -> ConfiguredAccount? in
                // Settings with an unknown provider are refused when they are read.
                guard let kind = ProviderKind(rawValue: account.provider) else { return nil }
                return ConfiguredAccount(
                    name: account.name, kind: kind, settings: placed(account.settings, kind, environment),
                    key: KeySource(
                        environment: environment, file: account.settings.keyFile, kind: kind,
                        variable: account.keyVariable), currency: account.currency)
            }
            return (all, [])
        }
        let first = ConfiguredAccount(
            name: configuration.provider.account, kind: .first, settings: configuration.provider,
            key: KeySource(environment: environment, file: configuration.provider.keyFile))
        let others = ProviderKind.allCases.filter { $0 != .first }.compactMap { kind -> ConfiguredAccount? in
            let key = KeySource(environment: environment, file: nil, kind: kind)
            guard kind.needsKey ? key.isNamed : kind.baseURLVariable.map({ isSet($0, environment) }) ?? false
            else { return nil }
            var settings = Configuration.Provider()
            settings.account = kind.rawValue
            // What is said of lost answers holds for all.
            settings.quietPeriodSeconds = configuration.provider.quietPeriodSeconds
            settings.lostAnswer = configuration.provider.lostAnswer
            return ConfiguredAccount(
                name: kind.rawValue, kind: kind, settings: placed(settings, kind, environment), key: key)
        }
        var (used, leftOut): ([ConfiguredAccount], [LeftOut]) = ([], [])
        for account in [first] + others {
            do throws(Failure) {
                try account.key.check()
                used.append(account)
            } catch {
                // Where watch.yaml names the key's file, somebody relies on this account.
                if account.key.file != nil { used.append(account) } else { leftOut.append((account, error)) }
            }
        }
        // Without any key, who starts renderdrop hears of the one that is there, or else of the first's.
        guard !used.isEmpty else { return ([leftOut.first { $0.account.key.isNamed }?.account ?? first], []) }
        return (used, leftOut.filter { $0.account.key.isNamed })
    }

    /// With the base URL of the environment, where the account names none.
    private static func placed(
        _ settings: Configuration.Provider, _ kind: ProviderKind, _ environment: [String: String]
    ) -> Configuration.Provider {
        guard settings.baseURL == nil, let name = kind.baseURLVariable, isSet(name, environment) else {
            return settings
        }
        var placed = settings
        placed.baseURL = environment[name]
        return placed
    }

    private static func isSet(_ variable: String, _ environment: [String: String]) -> Bool {
        environment[variable].map { !$0.allSatisfy(\.isWhitespace) } ?? false
    }

    /// For people: what it is, and whether it has a key.
    func line() -> String { "account \(name): " + facts }

    /// The same without its name.
    var facts: String {
        var place: String?
        if (try? key.check()) != nil { place = key.place.name }
        // An address that cannot be used has a message of its own.
        let root = (try? kind.root(of: settings)) ?? settings.baseURL ?? kind.rawValue
        guard kind.needsKey || key.isNamed else {
            return Message.accountWithoutNeed(provider: kind.rawValue, root: Redaction.link(root))
        }
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
        var seen: [ConfiguredAccount] = []
        for account in accounts {
            do {
                try account.key.check()
            } catch {
                // The only account of the first provider is the one that every text speaks of.
                guard accounts.count > 1 || account.kind != .first, error.has(.noKey) else {
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
            if let other = seen.first(where: { $0.key.isSameKey(as: account.key) }) {
                throw CommandFailure(.usage, .accountsWithOneKey(other.name, account.name))
            }
            seen.append(account)
        }
    }
}
