// Outcomes: expressions over reductions of saved values.
#include <algorithm>
#include <map>

#include "common/base/suggest.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

using engine::ReductionKind;

const std::map<std::string, ReductionKind>& reductions_by_name() {
  static const std::map<std::string, ReductionKind> table = {
      {"first", ReductionKind::First},
      {"last", ReductionKind::Last},
      {"min", ReductionKind::Min},
      {"max", ReductionKind::Max},
      {"mean", ReductionKind::Mean},
      {"sum", ReductionKind::Sum},
      {"integral", ReductionKind::Integral},
      {"std", ReductionKind::Std},
      {"time_of_max", ReductionKind::TimeOfMax},
      {"time_of_min", ReductionKind::TimeOfMin},
      {"first_time", ReductionKind::FirstTime},
      {"last_time", ReductionKind::LastTime},
      {"value_at", ReductionKind::ValueAt},
      {"fraction", ReductionKind::Fraction},
      {"count", ReductionKind::Count},
  };
  return table;
}

bool is_reduction(const Expression& e) {
  if (e.kind != Expression::Kind::Call) return false;
  const auto found = reductions_by_name().find(e.name.key);
  if (found == reductions_by_name().end()) return false;
  // min(a, b) is the smaller of two; min(a) the smallest over time.
  const bool ambiguous = found->second == ReductionKind::Min || found->second == ReductionKind::Max ||
                         found->second == ReductionKind::Mean;
  return !ambiguous || e.arguments.size() == 1;
}

}  // namespace

// The reduction that a call inside an outcome is, or nothing.
std::optional<NodeId> LowerContext::lower_reduction(const Expression& e) {
  if (!is_reduction(e)) return std::nullopt;
  const ReductionKind kind = reductions_by_name().at(e.name.key);
  const std::size_t wanted = kind == ReductionKind::ValueAt ? 2 : 1;
  if (e.arguments.size() != wanted)
    return wrong(DiagnosticCode::WrongArity,
                 "'" + e.name.display + "' takes " + std::to_string(wanted) + " argument(s), not " +
                     std::to_string(e.arguments.size()),
                 e.location);
  const auto at = [&](std::size_t index) {
    const Expression* argument = &e.arguments[index];
    return make(Mode::Step, "argument of " + e.name.display,
                [=, this] { return lower(*argument, Context{}); });
  };
  ReductionItem item;
  item.kind = kind;
  item.input = at(0);
  item.at = wanted == 2 ? at(1) : item.input;
  reductions.push_back(item);
  return graph.leaf(NodeKind::Reduction, static_cast<std::uint32_t>(reductions.size() - 1));
}

InstanceId LowerContext::outcome(const Expression& expression, const std::string& name) {
  const Expression* e = &expression;
  return make(Mode::Step, "outcome " + name, [=, this] {
    Context context;
    context.in_outcome = true;
    return lower(*e, context);
  });
}

std::optional<LowerContext::Selection> LowerContext::select(const Expression& e) {
  const auto symbol = symbols().find(e.name.key);
  const auto which = setting_named(e.name.key);
  if (!symbol && which) return Selection{0, {}, which};
  if (!symbol || symbols().at(*symbol).is_lookup) {
    std::vector<std::string> known;
    for (std::uint32_t s = 0; s < symbols().size(); ++s)
      if (!symbols().at(s).is_lookup) known.push_back(symbols().at(s).variable->name.display);
    diagnostics_.error(
        FileLocation{}, DiagnosticCode::UnknownName,
        "the model has no variable '" + e.name.display + "' to save" + suggestion(e.name.display, known));
    return std::nullopt;
  }
  const Symbol& s = symbols().at(*symbol);
  if (s.too_large) return std::nullopt;
  Selection selection{*symbol, {}, std::nullopt};
  if (!e.subscripts.empty() && e.subscripts.size() != s.axes.size()) {
    diagnostics_.error(FileLocation{}, DiagnosticCode::WrongDimensions,
                       "'" + e.name.display + "' has " + std::to_string(s.axes.size()) +
                           " dimension(s), not " + std::to_string(e.subscripts.size()));
    return std::nullopt;
  }
  std::vector<Positions> named;
  for (const auto& subscript : e.subscripts) {
    const auto elements = symbols().named_elements(subscript);
    if (elements.empty() && subscript.kind == model::Subscript::Kind::Name && s.elements > 0)
      diagnostics_.error(FileLocation{}, DiagnosticCode::UnknownSubscript,
                         "unknown subscript '" + subscript.name.display + "'");
    named.emplace_back(elements);
  }
  for (std::size_t flat = 0; flat < s.elements; ++flat) {
    const auto elements = symbols().elements_of(s, flat);
    bool wanted = s.equations[flat] >= 0;
    for (std::size_t k = 0; k < e.subscripts.size(); ++k) {
      const bool any = e.subscripts[k].kind == model::Subscript::Kind::Wildcard;
      wanted = wanted && (any || named[k].contains(elements[k]));
    }
    if (wanted) selection.flats.push_back(flat);
  }
  if (selection.flats.empty() && !diagnostics_.failed())
    diagnostics_.error(FileLocation{}, DiagnosticCode::UnknownSubscript,
                       "'" + e.name.display + "' has no such elements to save");
  return selection;
}

}  // namespace flowyard::controller::compiler
