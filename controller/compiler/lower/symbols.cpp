#include "controller/compiler/lower/symbols.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "common/base/suggest.hpp"

namespace flowyard::controller::compiler {
namespace {

using model::Expression;

constexpr std::size_t kMaxTotalElements = 2'000'000;

bool append_numbers(const Expression& e, double sign, std::vector<double>& numbers) {
  switch (e.kind) {
    case Expression::Kind::Number:
      numbers.push_back(sign * e.number);
      return true;
    case Expression::Kind::Unary:
      if (e.unary == model::UnaryOperator::Not) return false;
      return append_numbers(e.arguments[0], e.unary == model::UnaryOperator::Minus ? -sign : sign, numbers);
    case Expression::Kind::ArrayLiteral:
      return std::all_of(e.arguments.begin(), e.arguments.end(),
                         [&](const Expression& item) { return append_numbers(item, sign, numbers); });
    case Expression::Kind::Missing:
    case Expression::Kind::NotAvailable:
    case Expression::Kind::Text:
    case Expression::Kind::Reference:
    case Expression::Kind::Binary:
    case Expression::Kind::Call:
    case Expression::Kind::WithLookup:
    case Expression::Kind::LookupLiteral:
    case Expression::Kind::Transpose:
    case Expression::Kind::External:
      return false;
  }
  return false;
}

std::string first_at(model::SourceLocation location) {
  return location.line > 0 ? ", first at line " + std::to_string(location.line) : "";
}

std::string at_line(model::SourceLocation location) {
  return location.line > 0 ? " at line " + std::to_string(location.line) : "";
}

}  // namespace

std::vector<double> constant_numbers(const Expression& expression) {
  std::vector<double> numbers;
  if (!append_numbers(expression, 1, numbers)) numbers.clear();
  return numbers;
}

Symbols::Symbols(const std::vector<model::Variable>& variables, Dimensions& dimensions,
                 model::Diagnostics& diagnostics, Budget& budget)
    : dimensions_(dimensions), diagnostics_(diagnostics), budget_(budget) {
  if (variables.size() > model::kMaxVariables) {
    diagnostics.error(FileLocation{}, DiagnosticCode::TooLarge, "a model may have at most 200,000 variables",
                      ErrorCode::Limit);
    return;
  }
  symbols_.reserve(variables.size());
  for (const auto& variable : variables) add(variable);
}

void Symbols::add(const model::Variable& variable) {
  const auto id = static_cast<std::uint32_t>(symbols_.size());
  if (!index_.try_emplace(variable.name.key, id).second) {
    const model::SourceLocation first = symbols_[index_.at(variable.name.key)].variable->location;
    diagnostics_.error(variable.location, DiagnosticCode::DefinedTwice,
                       "'" + variable.name.display + "' is defined twice" + first_at(first));
    return;
  }
  Symbol symbol;
  symbol.variable = &variable;
  symbol.first = element_count();
  symbol.axes = axes_of(variable);
  for (const RangeId axis : symbol.axes) {
    const std::size_t size = dimensions_.range(axis).elements.size();
    if (size > 0 && symbol.elements > kMaxTotalElements / size) {
      symbol.elements = kMaxTotalElements + 1;
      break;
    }
    symbol.elements *= size;
  }
  if (symbol.elements > kMaxTotalElements - total_elements_) {
    // Only the first is reported; the others usually follow from it.
    if (!std::exchange(full_, true))
      diagnostics_.error(
          variable.location, DiagnosticCode::TooLarge,
          "with '" + variable.name.display + "' the model has more than 2,000,000 array elements",
          ErrorCode::Limit);
    symbol.too_large = true;
    symbol.elements = 0;
    symbol.axes.clear();
    symbols_.push_back(std::move(symbol));
    return;
  }
  total_elements_ += symbol.elements;
  assign_equations(symbol);
  const auto is_number = [](const model::Equation& e) {
    return e.tables.empty() && !constant_numbers(e.expression).empty();
  };
  const bool may_be_constant =
      variable.kind != model::VariableKind::Stock && variable.kind != model::VariableKind::Lookup &&
      variable.kind != model::VariableKind::Data && !variable.multiplier.present() && !variable.non_negative;
  symbol.is_constant = may_be_constant && !variable.equations.empty() &&
                       std::all_of(variable.equations.begin(), variable.equations.end(), is_number);
  symbol.is_lookup = variable.kind == model::VariableKind::Lookup;
  symbols_.push_back(std::move(symbol));
}

std::vector<RangeId> Symbols::axes_of(const model::Variable& variable) {
  std::vector<RangeId> axes;
  for (const auto& name : variable.dimensions) {
    if (const auto id = dimensions_.range_named(name.key))
      axes.push_back(dimensions_.distinct(*id));
    else
      diagnostics_.error(
          variable.location, DiagnosticCode::UnknownSubscript,
          "unknown dimension '" + name.display + "'" + suggestion(name.display, dimensions_.names()));
  }
  if (!variable.dimensions.empty() || variable.equations.empty()) return axes;
  const std::size_t count = variable.equations.front().subscripts.size();
  for (const auto& equation : variable.equations) {
    if (equation.subscripts.size() == count) continue;
    diagnostics_.error(
        equation.location, DiagnosticCode::WrongDimensions,
        "the equations of '" + variable.name.display + "' have different numbers of subscripts");
    return {};
  }
  for (std::size_t position = 0; position < count; ++position) axes.push_back(axis_of(variable, position));
  return axes;
}

// The range that all equations name at a position, else the smallest that holds all they name.
RangeId Symbols::axis_of(const model::Variable& variable, std::size_t position) {
  const auto& first = variable.equations.front().subscripts[position];
  const auto first_range = dimensions_.range_named(first.name.key);
  const bool same = first_range && std::all_of(variable.equations.begin(), variable.equations.end(),
                                               [&](const model::Equation& e) {
                                                 return e.subscripts[position].name == first.name;
                                               });
  if (same) return dimensions_.distinct(*first_range);
  std::vector<ElementId> all;
  for (const auto& equation : variable.equations) {
    const auto named = named_elements(equation.subscripts[position]);
    budget_.spend(named.size());
    if (named.empty()) report_unknown(equation.subscripts[position]);
    all.insert(all.end(), named.begin(), named.end());
  }
  std::vector<ElementId> distinct;
  std::unordered_set<ElementId> seen;
  for (const ElementId e : all)
    if (seen.insert(e).second) distinct.push_back(e);
  const auto around = dimensions_.smallest_with(distinct);
  if (around && dimensions_.range(*around).elements.size() == distinct.size()) return *around;
  // Only part of a dimension is defined: keep its order, leave out the rest.
  if (around) {
    const auto& position_of = dimensions_.range(*around).position;
    std::sort(distinct.begin(), distinct.end(),
              [&](ElementId a, ElementId b) { return position_of.find(a) < position_of.find(b); });
  }
  return dimensions_.anonymous(std::move(distinct));
}

std::vector<ElementId> Symbols::named_elements(const model::Subscript& subscript) const {
  if (const auto range = dimensions_.range_named(subscript.name.key))
    return dimensions_.range(*range).elements;
  if (const auto element = dimensions_.element_named(subscript.name.key)) return {*element};
  return {};
}

void Symbols::report_unknown(const model::Subscript& subscript) {
  const std::string& name = subscript.name.display;
  if (!dimensions_.is_unread(subscript.name.key))
    diagnostics_.error(subscript.location, DiagnosticCode::UnknownSubscript,
                       "unknown subscript '" + name + "'" + suggestion(name, dimensions_.all_names()));
}

void Symbols::assign_equations(Symbol& symbol) {
  symbol.equations.assign(symbol.elements, -1);
  const auto& equations = symbol.variable->equations;
  for (std::size_t i = 0; i < equations.size(); ++i) assign(symbol, i);
}

void Symbols::assign(Symbol& symbol, std::size_t index) {
  const auto& equation = symbol.variable->equations[index];
  const auto id = static_cast<std::int32_t>(index);
  if (equation.subscripts.empty()) {
    budget_.spend(symbol.equations.size());
    for (auto& each : symbol.equations) each = each < 0 ? id : each;
    return;
  }
  if (equation.subscripts.size() != symbol.axes.size()) {
    diagnostics_.error(equation.location, DiagnosticCode::WrongDimensions,
                       "'" + symbol.variable->name.display + "' has " + std::to_string(symbol.axes.size()) +
                           " dimension(s), not " + std::to_string(equation.subscripts.size()));
    return;
  }
  std::vector<std::vector<ElementId>> named;
  for (const auto& subscript : equation.subscripts) {
    named.push_back(named_elements(subscript));
    budget_.spend(named.back().size());
    if (named.back().empty()) return report_unknown(subscript);
  }
  for (const auto& list : equation.except) check_except(list, symbol);
  std::map<std::int32_t, Overlap> overlaps;
  std::vector<std::size_t> at(named.size(), 0);
  for (;;) {
    budget_.spend(1 + equation.except.size());
    std::vector<ElementId> elements;
    for (std::size_t k = 0; k < named.size(); ++k) elements.push_back(named[k][at[k]]);
    const auto flat = flat_of(symbol, elements);
    if (flat && !excepted(equation, elements)) {
      auto& owner = symbol.equations[*flat];
      // The narrower left-hand side wins, so that x[A1] may stand beside x[DimA]; an equal one is an error.
      if (owner < 0) {
        owner = id;
      } else if (owner != id) {  // else its dimension has an element twice
        Overlap& overlap = overlaps.try_emplace(owner, Overlap{*flat, 0}).first->second;
        ++overlap.count;
        if (width(equation) < width(symbol.variable->equations[static_cast<std::size_t>(owner)])) owner = id;
      }
    }
    std::size_t k = named.size();
    while (k > 0 && ++at[k - 1] == named[k - 1].size()) at[--k] = 0;
    if (k == 0) break;
  }
  for (const auto& [earlier, overlap] : overlaps)
    report_overlap(symbol, equation, symbol.variable->equations[static_cast<std::size_t>(earlier)], overlap);
}

// An exception that meets no element of the variable excepts nothing.
void Symbols::check_except(const std::vector<model::Subscript>& list, const Symbol& symbol) {
  for (std::size_t k = 0; k < list.size() && k < symbol.axes.size(); ++k) {
    const auto elements = named_elements(list[k]);
    const Range& axis = dimensions_.range(symbol.axes[k]);
    if (elements.empty())
      report_unknown(list[k]);
    else if (std::none_of(elements.begin(), elements.end(),
                          [&](ElementId e) { return axis.position.contains(e); }))
      diagnostics_.warn(list[k].location, DiagnosticCode::Ignored,
                        "'" + list[k].name.display + "' is no part of '" +
                            (axis.name.empty() ? symbol.variable->name : axis.name).display +
                            "', so that this :EXCEPT: changes nothing");
  }
}

// Two equations for the same elements: ambiguous if equally wide; else the narrower is an exception from the
// wider, which Vensim requires to be marked by :EXCEPT:.
void Symbols::report_overlap(const Symbol& symbol, const model::Equation& later,
                             const model::Equation& earlier, const Overlap& overlap) {
  const std::string more = overlap.count > 1 ? " and " + std::to_string(overlap.count - 1) + " more" : "";
  const std::string what =
      "'" + symbol.variable->name.display + "[" + element_name(symbol, overlap.first) + "]'" + more;
  if (width(later) == width(earlier))
    return diagnostics_.error(
        later.location, DiagnosticCode::DefinedTwice,
        what + (more.empty() ? " is" : " are") + " defined twice" + first_at(earlier.location));
  const bool narrower = width(later) < width(earlier);
  diagnostics_.warn(
      later.location, DiagnosticCode::DefinedTwice,
      what + (more.empty() ? " has" : " have") + " another equation" + at_line(earlier.location) + " too: " +
          (narrower ? "this one, for fewer elements, holds" : "that one, for fewer elements, holds"));
}

// How many elements a left-hand side names.
std::size_t Symbols::width(const model::Equation& equation) const {
  std::size_t product = 1;
  for (const auto& subscript : equation.subscripts)
    if (const auto range = dimensions_.range_named(subscript.name.key))
      product *= std::max<std::size_t>(1, dimensions_.range(*range).elements.size());
  return product;
}

bool Symbols::excepted(const model::Equation& equation, const std::vector<ElementId>& elements) const {
  const auto names = [this](const model::Subscript& subscript, ElementId element) {
    if (const auto range = dimensions_.range_named(subscript.name.key))
      return dimensions_.range(*range).position.contains(element);
    return dimensions_.element_named(subscript.name.key) == element;
  };
  return std::any_of(equation.except.begin(), equation.except.end(), [&](const auto& subscripts) {
    return std::equal(subscripts.begin(), subscripts.end(), elements.begin(), elements.end(), names);
  });
}

std::optional<std::uint32_t> Symbols::find(const std::string& key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Symbols::names() const {
  std::vector<std::string> all;
  for (const auto& symbol : symbols_) all.push_back(symbol.variable->name.display);
  return all;
}

std::vector<ElementId> Symbols::elements_of(const Symbol& symbol, std::size_t flat) const {
  std::vector<ElementId> elements(symbol.axes.size());
  for (std::size_t k = symbol.axes.size(); k > 0; --k) {
    const auto& axis = dimensions_.range(symbol.axes[k - 1]).elements;
    elements[k - 1] = axis[flat % axis.size()];
    flat /= axis.size();
  }
  return elements;
}

std::optional<std::size_t> Symbols::flat_of(const Symbol& symbol,
                                            const std::vector<ElementId>& elements) const {
  if (elements.size() != symbol.axes.size()) return std::nullopt;
  std::size_t flat = 0;
  for (std::size_t k = 0; k < elements.size(); ++k) {
    const Range& axis = dimensions_.range(symbol.axes[k]);
    const auto at = axis.position.find(elements[k]);
    if (!at) return std::nullopt;
    flat = flat * axis.elements.size() + *at;
  }
  return flat;
}

std::string Symbols::element_name(const Symbol& symbol, std::size_t flat) const {
  std::string name;
  for (const ElementId e : elements_of(symbol, flat))
    name += (name.empty() ? "" : ",") + dimensions_.element(e).display;
  return name;
}

}  // namespace flowyard::controller::compiler
