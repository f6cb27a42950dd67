// The error messages for modellers.
#include <algorithm>
#include <span>

#include "common/base/suggest.hpp"
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// Functions of Vensim that are known and not supported, so that they are not taken for mistyped names.
constexpr std::string_view kUnsupported[] = {"delay_profile",
                                             "depreciate_by_schedule",
                                             "find_zero",
                                             "internal_rate_of_return",
                                             "message",
                                             "multi_integ",
                                             "net_present_value",
                                             "queue_age_average",
                                             "queue_age_in_range",
                                             "queue_age_oldest",
                                             "queue_attrib_average",
                                             "queue_attrib_in_range",
                                             "queue_attrib_max",
                                             "queue_attrib_min",
                                             "queue_attrib_quantity",
                                             "queue_fifo",
                                             "queue_fifo_attrib",
                                             "get_123_constants",
                                             "get_123_data",
                                             "get_123_lookups",
                                             "get_odbc_constants",
                                             "get_odbc_data",
                                             "get_odbc_lookups",
                                             "get_vdf_constants",
                                             "get_vdf_data",
                                             "get_vdf_lookups"};

// The same of Stella: its sharing of a supply, ovens, what lies in queues, ages and attributes of material,
// counts of runs.
constexpr std::string_view kUnsupportedInStella[] = {
    "agecount", "allocate", "attrcount", "attrmax", "attrmean", "attrmin",       "attrstddev", "clocktime",
    "ctflow",   "ctmax",    "ctmean",    "ctmin",   "ctstddev", "cycletime",     "irr",        "lookupxy",
    "ostate",   "qelem",    "qlen",      "rework",  "runcount", "sensiruncount", "throughput"};

bool is_in(std::span<const std::string_view> names, const std::string& key) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

}  // namespace

// Reports what could not be lowered and returns a placeholder.
NodeId LowerContext::wrong(DiagnosticCode what, std::string message, model::SourceLocation location) {
  diagnostics_.error(location, what, std::move(message));
  return graph.literal(0);
}

bool LowerContext::is_unread(const std::string& key) const {
  return dimensions_.is_unread(key);
}

bool LowerContext::has_unread(const Expression& e) const {
  const auto unread = [this](const model::Subscript& subscript) { return is_unread(subscript.name.key); };
  return is_unread(e.name.key) || std::any_of(e.subscripts.begin(), e.subscripts.end(), unread) ||
         std::any_of(e.arguments.begin(), e.arguments.end(),
                     [this](const Expression& argument) { return has_unread(argument); });
}

std::vector<std::string> LowerContext::known_names(const Context& context) const {
  auto names = scopes_[context.scope].symbols->names();
  if (const auto* macro = scopes_[context.scope].macro)
    for (const auto& input : macro->inputs) names.push_back(input.display);
  return names;
}

// One number is for all elements; more must be as many as there are.
void LowerContext::check_count(const Symbol& symbol, std::size_t numbers, const model::Equation& equation) {
  std::size_t elements = 1;
  for (const auto& subscript : equation.subscripts)
    if (const auto range = dimensions_.range_named(subscript.name.key))
      elements *= dimensions_.range(*range).elements.size();
  if (equation.subscripts.empty()) elements = symbol.elements;
  if (numbers == 1 || numbers == elements) return;
  diagnostics_.error(
      equation.location, DiagnosticCode::WrongDimensions,
      "'" + symbol.variable->name.display + "' has too " + (numbers < elements ? "few" : "many") +
          " numbers for its elements: " + std::to_string(numbers) + " for " + std::to_string(elements));
}

NodeId LowerContext::not_in_axis(const model::Subscript& subscript, ElementId element, RangeId axis,
                                 const model::Name& of) {
  const Range& range = dimensions_.range(axis);
  const std::string& name = dimensions_.element(element).display;
  if (is_unread(of.key) || range.elements.empty()) return graph.literal(0);
  // Only part of the dimension has equations.
  if (range.name.empty())
    return wrong(DiagnosticCode::NoEquation, "'" + of.display + "' has no equation for '" + name + "'",
                 subscript.location);
  const auto named = dimensions_.range_named(subscript.name.key);
  if (!named) {
    std::vector<std::string> own;
    for (const ElementId e : range.elements) own.push_back(dimensions_.element(e).display);
    return wrong(DiagnosticCode::UnknownSubscript,
                 "'" + name + "' is not an element of '" + range.name.display + "'" + suggestion(name, own),
                 subscript.location);
  }
  const auto& theirs = dimensions_.range(*named).elements;
  const bool some =
      std::any_of(theirs.begin(), theirs.end(), [&](ElementId e) { return range.position.contains(e); });
  if (some)
    return wrong(DiagnosticCode::UnknownSubscript,
                 "'" + name + "' of '" + subscript.name.display + "' is not an element of '" +
                     range.name.display + "'",
                 subscript.location);
  return wrong(DiagnosticCode::WrongDimensions,
               "'" + subscript.name.display + "' cannot stand where '" + of.display + "' has '" +
                   range.name.display + "': it is no part of it and not mapped to it",
               subscript.location);
}

NodeId LowerContext::needs_subscripts(const Expression& e, const Symbol& symbol) {
  std::string example;
  for (const RangeId each : symbol.axes) {
    const Range& range = dimensions_.range(each);
    const bool named = !range.name.empty() || range.elements.empty();
    example += (example.empty() ? "" : ",") +
               (named ? range.name : dimensions_.element(range.elements.front())).display;
  }
  return wrong(DiagnosticCode::WrongDimensions,
               "'" + e.name.display + "' has " + std::to_string(symbol.axes.size()) +
                   " dimension(s): give its subscripts, as in " + e.name.display + "[" + example + "]",
               e.location);
}

// What stands in text that could not be read may be meant, too, but is not known to be a name.
std::string LowerContext::near_names(const std::string& name, const Context& context) const {
  const auto known = known_names(context);
  return nearest_name(name, known)
             ? suggestion(name, known)
             : suggestion(name, nearest_name(name, model_.unread) ? model_.unread : known);
}

// Reports the unknown names and functions in a call, at any depth.
void LowerContext::name_unknowns(const Expression& e, const Context& context) {
  if (context.scope != 0) return;  // a macro's names have meanings that depend on the call
  for (const Expression& argument : e.arguments) {
    const std::string& key = argument.name.key;
    const bool is_call = argument.kind == Expression::Kind::Call;
    const bool has_meaning = key.empty() || symbol_in(0, key) || is_unread(key) || find_builtin(key) ||
                             macros_.contains(key) || dimensions_.range_named(key) ||
                             dimensions_.element_named(key);
    if (is_call && !has_meaning)
      no_such_function(argument);
    else if (argument.kind == Expression::Kind::Reference && !has_meaning)
      lower_builtin_name(argument, context);
    name_unknowns(argument, context);
  }
}

NodeId LowerContext::no_such_function(const Expression& e) {
  if (is_in(kUnsupported, e.name.key))
    return wrong(DiagnosticCode::Unsupported, "Vensim's function '" + e.name.display + "' is not supported",
                 e.location);
  if (is_in(kUnsupportedInStella, e.name.key))
    return wrong(DiagnosticCode::Unsupported, "Stella's function '" + e.name.display + "' is not supported",
                 e.location);
  std::vector<std::string> known;
  for (const Builtin& builtin : all_builtins()) known.emplace_back(builtin.name);
  for (const auto& [key, macro] : macros_) known.push_back(key);
  std::sort(known.begin(), known.end());
  return wrong(DiagnosticCode::UnknownFunction,
               "unknown function '" + e.name.display + "'" + suggestion(e.name.key, known), e.location);
}

}  // namespace flowyard::controller::compiler
