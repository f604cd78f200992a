package import VaultModel

extension LogReport {
    /// For a program: times in Unix milliseconds, days as texts, hours from midnight in the vault's zone.
    package var json: JSON {
        .object([
            "from": .integer(from.milliseconds), "to": .integer(to.milliseconds),
            "rows": .array(rows.map(\.json)), "apps": .array(apps.map(\.json)), "hours": hours.json,
            "days": .array(days.map(JSON.string)), "unknown_callers": .count(unknownCallers),
            "auditor_readings": .count(auditorReadings), "break_glass": .array(breakGlass.map(\.json)),
            "entries": .object(
                Dictionary(
                    actions.map { ($0.action.rawValue, JSON.count($0.entries)) }, uniquingKeysWith: { _, last in last })
            ),
            "anomalies": .array(anomalies.map(\.json)),
        ])
    }
}

extension LogReport.Row {
    fileprivate var json: JSON {
        var members = counts.json
        members["party"] = party.map(JSON.string)
        members["app"] = app.map { .string($0.text) }
        members["purpose"] = purpose.map { .string($0.text) }
        members["residents"] = .count(residents)
        members["hours"] = hours.json
        return .object(members)
    }
}

extension LogReport.AppTotal {
    fileprivate var json: JSON {
        var members = counts.json
        members["party"] = party.map(JSON.string)
        members["app"] = .string(app.text)
        members["residents"] = .count(residents)
        members["hours"] = hours.json
        members["night"] = .count(night)
        members["daily"] = .array(daily.map(JSON.count))
        members["past"] = past?.json
        return .object(members)
    }
}

extension LogReport.Past {
    fileprivate var json: JSON {
        ["days": .count(days), "total": .count(total), "limit": .count(limit)]
    }
}

extension LogReport.Counts {
    fileprivate var json: [String: JSON] {
        Dictionary(uniqueKeysWithValues: Self.members.map { ($0.name, .count(self[keyPath: $0.path])) })
    }
}

extension LogReport.Hours {
    fileprivate var json: JSON {
        ["granted": .array(granted.map(JSON.count)), "refused": .array(refused.map(JSON.count))]
    }
}

extension LogReport.BreakGlass {
    fileprivate var json: JSON { .object(members) }

    fileprivate var members: [String: JSON] {
        var members: [String: JSON] = [
            "time": .integer(time.milliseconds), "action": .string(action.rawValue), "granted": .count(granted),
            "refused": .count(refused),
        ]
        members["party"] = party.map(JSON.string)
        members["app"] = app.map { .string($0.text) }
        members["purpose"] = purpose.map { .string($0.text) }
        return members
    }
}

extension LogReport.Anomaly {
    fileprivate var json: JSON {
        switch self {
        case .volume(let app, let day, let released, let past):
            [
                "kind": "volume", "app": .string(app.text), "day": .string(day), "released": .count(released),
                "past": past.json,
            ]
        case .night(let app, let released, let all):
            ["kind": "night", "app": .string(app.text), "released": .count(released), "of": .count(all)]
        case .refusals(let app, let refused, let asks):
            ["kind": "refusals", "app": .string(app.text), "refused": .count(refused), "of": .count(asks)]
        case .unknownCallers(let hour, let count):
            ["kind": "unknown_callers", "hour": .integer(hour.milliseconds), "count": .count(count)]
        case .breakGlass(let use):
            .object(use.members.merging(["kind": "break_glass"]) { _, kind in kind })
        case .restored(let time, let made):
            [
                "kind": "restored", "time": .integer(time.milliseconds), "backup": .integer(made.backup.made.milliseconds),
                "size": .integer(Int64(made.size)), "origin": .string(made.origin),
            ]
        }
    }
}

extension JSON {
    fileprivate static func count(_ number: Int) -> JSON { .integer(Int64(number)) }
}
