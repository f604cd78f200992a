internal import VaultAudit
internal import VaultModel

/// The report's plots as SVG inside the page. Colours come from the page's style sheet, so that they suit screen, dark
/// screen and paper; what a colour says is also said by a hatching, a mark or a word.
struct ReportPlots {
    let report: LogReport
    let words: ReportWords

    private static let width = 968
    private static let left = 56
    /// As many bars as can be told apart; of more days, some share a bar.
    private static let barLimit = 100

    /// What was let through, with what was refused on top, for each hour of the day.
    var hours: Markup {
        let frame = Frame(top: 26, height: 190, most: report.hours.asks.max() ?? 0)
        let step = (Self.width - Self.left) / 24
        var parts = [Self.hatching, night(frame, step: step)] + grid(frame)
        for hour in 0..<24 {
            let (granted, refused) = (report.hours.granted[hour], report.hours.refused[hour])
            let x = Self.left + hour * step
            let split = frame.y(granted)
            let value = words.say(
                ReportText.hourValue, words.hour(hour), words.number(granted), words.number(refused))
            parts.append(bar("granted", x: x + 4, width: step - 8, from: frame.bottom, to: split, value))
            parts.append(bar("refused", x: x + 4, width: step - 8, from: split, to: frame.y(granted + refused), value))
            parts.append(label(words.hour(hour).prefix(2), x: x + step / 2, y: frame.bottom + 17, "middle"))
        }
        return plot("hours", words.say(ReportText.plotHours), height: frame.bottom + 26, parts)
    }

    /// Releases of one app for each day, with the limit of what is usual for it.
    func days(of app: LogReport.AppTotal) -> Markup {
        let size = daysInBar
        let starts = Array(stride(from: 0, to: app.daily.count, by: size))
        let sums = starts.map { start in app.daily[start..<min(start + size, app.daily.count)].reduce(0, +) }
        let frame = Frame(top: 22, height: 88, most: sums.max() ?? 0)
        let step = Double(Self.width - Self.left) / Double(max(1, starts.count))
        // A few bars do not become walls, and many keep a gap.
        let width = max(1, min(36, Int(step * 0.78)))
        var parts = grid(frame)
        for (position, start) in starts.enumerated() {
            let middle = Self.left + Int((Double(position) + 0.5) * step)
            let value = words.say(ReportText.dayValue, report.days[start], words.number(sums[position]))
            let isOver = app.daily[start..<min(start + size, app.daily.count)].contains { $0 > app.past?.limit ?? .max }
            let top = frame.y(sums[position])
            parts.append(
                bar(
                    isOver ? "over" : "granted", x: middle - width / 2, width: width, from: frame.bottom, to: top, value
                ))
            if isOver { parts.append(label("▲ " + words.number(sums[position]), x: middle, y: top - 5, "middle")) }
            if position % ((starts.count + 7) / 8) == 0 {
                parts.append(label(dayLabel(report.days[start]), x: middle, y: frame.bottom + 16, "middle"))
            }
        }
        if let limit = app.past?.limit, size == 1, limit <= frame.scale {
            parts.append(
                .element(
                    "line",
                    [
                        "class": "limit", "x1": "\(Self.left)", "x2": "\(Self.width)", "y1": "\(frame.y(limit))",
                        "y2": "\(frame.y(limit))",
                    ]))
        }
        return plot(
            "days-" + app.app.text, words.say(ReportText.plotDays, app.app.text), height: frame.bottom + 22, parts)
    }

    /// More than one where the range is long.
    var daysInBar: Int {
        let days = report.days.count
        return days <= Self.barLimit ? 1 : max(7, (days + Self.barLimit - 1) / Self.barLimit)
    }

    /// The year only where there are several.
    private func dayLabel(_ day: String) -> Substring {
        report.days.first?.prefix(4) == report.days.last?.prefix(4) ? day.dropFirst(5) : day[...]
    }

    /// A patch of a bar's colour for the legend, or a piece of the limit's line.
    static func key(_ kind: String) -> Markup {
        let sample =
            kind == "limit"
            ? Markup.element("line", ["class": kind, "x1": "0", "x2": "14", "y1": "7", "y2": "7"])
            : .element("rect", ["class": kind, "x": "1", "y": "1", "width": "12", "height": "12"])
        return .element("svg", ["class": "key", "viewBox": "0 0 14 14", "aria-hidden": "true"], [sample])
    }

    private func plot(_ id: String, _ title: String, height: Int, _ parts: [Markup]) -> Markup {
        .element(
            "svg",
            [
                "class": "plot", "viewBox": "0 0 \(Self.width) \(height)", "role": "img",
                "aria-labelledby": "plot-" + id,
            ],
            [.element("title", ["id": "plot-" + id], title)] + parts)
    }

    private func bar(_ kind: String, x: Int, width: Int, from bottom: Int, to top: Int, _ value: String) -> Markup {
        guard bottom > top else { return .text("") }
        return .element(
            "rect", ["class": kind, "x": "\(x)", "y": "\(top)", "width": "\(width)", "height": "\(bottom - top)"],
            [.element("title", [:], value)])
    }

    /// The hours of the night lie on a darker ground.
    private func night(_ frame: Frame, step: Int) -> Markup {
        let nights = (0..<24).filter(LogReport.Rules.isNight)
        let ground = nights.map { hour in
            Markup.element(
                "rect",
                [
                    "class": "night", "x": "\(Self.left + hour * step)", "y": "\(frame.top)", "width": "\(step)",
                    "height": "\(frame.bottom - frame.top)",
                ])
        }
        let name = label(words.say(ReportText.nightBand), x: Self.left + 6, y: frame.top + 15, "start")
        return .element("g", [:], ground + [name])
    }

    private func grid(_ frame: Frame) -> [Markup] {
        frame.ticks.flatMap { tick in
            [
                Markup.element(
                    "line",
                    [
                        "class": tick == 0 ? "axis" : "grid", "x1": "\(Self.left)", "x2": "\(Self.width)",
                        "y1": "\(frame.y(tick))", "y2": "\(frame.y(tick))",
                    ]), label(words.number(tick), x: Self.left - 8, y: frame.y(tick) + 4, "end"),
            ]
        }
    }

    private func label(_ text: some StringProtocol, x: Int, y: Int, _ anchor: String) -> Markup {
        .element("text", ["x": "\(x)", "y": "\(y)", "text-anchor": anchor], String(text))
    }

    /// Lines for paper and for eyes that see these two colours alike.
    private static let hatching = Markup.element(
        "defs", [:],
        [
            .element(
                "pattern",
                [
                    "id": "hatching", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse",
                    "patternTransform": "rotate(45)",
                ],
                [
                    .element("rect", ["class": "hatch-ground", "width": "6", "height": "6"]),
                    .element("rect", ["class": "hatch-line", "width": "3", "height": "6"]),
                ])
        ])
}
