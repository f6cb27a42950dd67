#include <algorithm>
#include <limits>

#include "common/base/suggest.hpp"
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/lower/lower_context.hpp"
#include "worker/engine/functions.hpp"

namespace flowyard::controller::compiler {

using model::BinaryOperator;
using model::UnaryOperator;

namespace {

constexpr int kMaxMacroDepth = 32;
constexpr std::size_t kMaxMacroCalls = 200'000;

}  // namespace

Context LowerContext::in_mode(const Context& context, Mode mode) const {
  Context other = context;
  other.mode = mode;
  return other;
}

NodeId LowerContext::lower(const Expression& e, const Context& context) {
  budget_.spend();
  if (depth_ > 2 * model::kMaxExpressionDepth)
    return wrong(DiagnosticCode::TooLarge, "this expression is nested too deeply", e.location);
  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
  } const deeper(depth_);
  switch (e.kind) {
    case Expression::Kind::Number:
      return graph.literal(e.number);
    case Expression::Kind::NotAvailable:
      return graph.literal(engine::fn::kNotAvailable);
    case Expression::Kind::Reference:
      return lower_reference(e, context);
    case Expression::Kind::Unary: {
      const NodeId operand = lower(e.arguments[0], context);
      if (e.unary == UnaryOperator::Plus) return operand;
      return op(e.unary == UnaryOperator::Minus ? Opcode::Negate : Opcode::Not, operand);
    }
    case Expression::Kind::Binary:
      return lower_binary(e, context);
    case Expression::Kind::Call:
      return lower_call(e, context);
    case Expression::Kind::WithLookup: {
      const auto [table, is_new] = literal_tables_.try_emplace(e.lookup.get(), 0);
      if (is_new) table->second = add_table(*e.lookup, e.location);
      return op(Opcode::Lookup, lower(e.arguments[0], context), table->second);
    }
    case Expression::Kind::ArrayLiteral:
      if (e.arguments.size() == 1) return lower(e.arguments[0], context);
      return wrong(DiagnosticCode::WrongKind, "a list of numbers cannot stand inside an expression",
                   e.location);
    case Expression::Kind::External:
      return wrong(DiagnosticCode::NoData, "the numbers of '" + e.external->file + "' were not given",
                   e.location);
    case Expression::Kind::Transpose:
      return lower_transpose(e, context);
    case Expression::Kind::LookupLiteral:
      return wrong(DiagnosticCode::WrongKind, "a table of points cannot stand here", e.location);
    case Expression::Kind::Text:
      return wrong(DiagnosticCode::WrongKind, "a text cannot stand here", e.location);
    case Expression::Kind::Missing:
      break;
  }
  return wrong(DiagnosticCode::Missing, "an expression is missing here", e.location);
}

NodeId LowerContext::lower_binary(const Expression& e, const Context& context) {
  const Expression& a = e.arguments[0];
  const Expression& b = e.arguments[1];
  // A comparison with :NA: asks whether a value is available; NaN itself is equal to nothing.
  const bool equality = e.binary == BinaryOperator::Equal || e.binary == BinaryOperator::NotEqual;
  const auto is_na = [](const Expression& x) { return x.kind == Expression::Kind::NotAvailable; };
  if (equality && (is_na(a) || is_na(b))) {
    const NodeId asked = op(Opcode::IsNotAvailable, lower(is_na(a) ? b : a, context));
    return e.binary == BinaryOperator::Equal ? asked : op(Opcode::Not, asked);
  }
  const NodeId x = lower(a, context);
  const NodeId y = lower(b, context);
  switch (e.binary) {
    case BinaryOperator::Add:
      return op(Opcode::Add, x, y);
    case BinaryOperator::Subtract:
      return op(Opcode::Subtract, x, y);
    case BinaryOperator::Multiply:
      return op(Opcode::Multiply, x, y);
    case BinaryOperator::Divide:
      return op(Opcode::Divide, x, y);
    case BinaryOperator::Power:
      return op(Opcode::Power, x, y);
    case BinaryOperator::Modulo:
      return op(model_.dialect == model::Dialect::XmileVensim ? Opcode::Remainder : Opcode::FloorModulo, x,
                y);
    case BinaryOperator::Less:
      return op(Opcode::Less, x, y);
    case BinaryOperator::LessEqual:
      return op(Opcode::LessEqual, x, y);
    case BinaryOperator::Greater:
      return op(Opcode::Less, y, x);
    case BinaryOperator::GreaterEqual:
      return op(Opcode::LessEqual, y, x);
    case BinaryOperator::Equal:
      return op(Opcode::Equal, x, y);
    case BinaryOperator::NotEqual:
      return op(Opcode::NotEqual, x, y);
    case BinaryOperator::And:
      return op(Opcode::And, x, y);
    case BinaryOperator::Or:
      return op(Opcode::Or, x, y);
  }
  return x;
}

std::optional<Setting> LowerContext::setting_named(const std::string& key) const {
  const auto found = setting_names_.find(key);
  return found == setting_names_.end() ? std::nullopt : std::optional(found->second);
}

NodeId LowerContext::lower_reference(const Expression& e, const Context& context) {
  const Scope& scope = scopes_[context.scope];
  if (scope.macro) {
    const auto& inputs = scope.macro->inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!(inputs[i] == e.name)) continue;
      const bool given = i < scope.call->arguments.size();
      const std::size_t optional = inputs.size() - scope.macro->defaults.size();
      if (!given && i >= optional) return lower(scope.macro->defaults[i - optional], context);
      if (!given)
        return wrong(DiagnosticCode::NoData, "the macro's input '" + e.name.display + "' was not given",
                     scope.call->location);
      Context caller = scope.caller;
      caller.mode = context.mode;
      return lower(scope.call->arguments[i], caller);
    }
    // Vensim: name$ is the calling model's.
    if (!e.name.key.empty() && e.name.key.back() == '$') {
      Expression outer = e;
      outer.name = model::Name(e.name.key.substr(0, e.name.key.size() - 1));
      Context root;
      root.mode = context.mode;
      root.owner = context.owner;
      return lower_reference(outer, root);
    }
  }
  const auto symbol = symbol_in(context.scope, e.name.key);
  if (!symbol) return lower_builtin_name(e, context);
  if (context.scope == 0 && e.subscripts.empty())
    if (const auto which = setting_named(e.name.key)) return ref(setting(*which, context.mode));
  const Symbol& s = scope.symbols->at(*symbol);
  if (s.is_lookup)
    return wrong(
        DiagnosticCode::WrongKind,
        "'" + e.name.display + "' is a lookup: give it an argument, as in " + e.name.display + "(Time)",
        e.location);
  const auto indices = indices_of(e, s, context);
  if (!indices) return graph.literal(0);
  std::vector<ElementId> chosen;
  return element_of(context.scope, *symbol, *indices, chosen, context);
}

NodeId LowerContext::lower_builtin_name(const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  if (e.subscripts.empty()) {
    if (key == "time" || (key == "t" && model_.dialect == model::Dialect::Yaml)) return time();
    if (const auto which = setting_named(key)) return ref(setting(*which, context.mode));
    if (key == "pi") return graph.literal(3.14159265358979323846);
    if (key == "inf") return graph.literal(std::numeric_limits<double>::infinity());
    if (const auto range = dimensions_.range_named(key)) {
      if (const auto element = bound_element(*range, context)) {
        return position_of(*range, *element);
      }
      return wrong(DiagnosticCode::NotAggregated,
                   "the dimension '" + e.name.display +
                       "' is a number only where it stands on the left-hand side "
                       "or is aggregated over",
                   e.location);
    }
    if (const auto dot = key.find('.'); dot != std::string::npos) {  // XMILE: dimension.element
      const auto range = dimensions_.range_named(key.substr(0, dot));
      const auto element = dimensions_.element_named(key.substr(dot + 1));
      const auto at = range && element ? dimensions_.range(*range).position.find(*element) : std::nullopt;
      if (at) return graph.literal(*at + 1.0);
    }
    if (const auto element = dimensions_.element_named(key)) {
      for (RangeId r = 0; r < dimensions_.range_count(); ++r)
        if (dimensions_.range(r).position.contains(*element)) return position_of(r, *element);
    }
  }
  // Vensim: dim! as a number, inside an aggregation.
  const bool counted = e.subscripts.size() == 1 && e.subscripts[0].kind == model::Subscript::Kind::Bang &&
                       e.subscripts[0].name == e.name;
  if (const auto range = counted ? dimensions_.range_named(key) : std::nullopt) {
    if (const auto element = bound_element(*range, context, Prefer::Iterating))
      return position_of(*range, *element);
    return wrong(DiagnosticCode::NotAggregated,
                 "'" + e.name.display + "!' can only stand inside an aggregation such as SUM", e.location);
  }
  if (is_unread(key)) return graph.literal(0);
  if (find_builtin(key) || macros_.contains(key))
    return wrong(DiagnosticCode::WrongArity,
                 "'" + e.name.display + "' is a function: its arguments are missing", e.location);
  if (context.scope != 0 && symbols().find(key))
    return wrong(DiagnosticCode::UnknownName,
                 "'" + e.name.display + "' is outside of the macro: pass it as an input", e.location);
  return wrong(DiagnosticCode::UnknownName,
               "unknown name '" + e.name.display + "'" + near_names(e.name.display, context), e.location);
}

// An element as a number. Vensim counts in the whole dimension that a sub-range is part of; XMILE has none.
NodeId LowerContext::position_of(RangeId range, ElementId element) {
  RangeId whole = range;
  const bool is_vensim = model_.dialect == model::Dialect::Vensim;
  // In YAML dimensions that have nothing to do with each other may have an element of the same name.
  const auto is_part = [](const Range& part, const Range& of) {
    return std::all_of(part.elements.begin(), part.elements.end(),
                       [&](ElementId each) { return of.position.contains(each); });
  };
  if (is_vensim || model_.dialect == model::Dialect::Yaml) {
    // The first of the largest, so that one element is one number through whichever range it is met.
    std::size_t most = is_vensim ? 0 : dimensions_.range(range).elements.size();
    budget_.spend(model_.dimensions.size());
    for (RangeId r = 0; r < model_.dimensions.size(); ++r) {
      const Range& other = dimensions_.range(r);
      if (!other.position.contains(element) || other.elements.size() <= most) continue;
      if (!is_vensim && !is_part(dimensions_.range(range), other)) continue;
      most = other.elements.size();
      whole = r;
    }
  }
  const auto at = dimensions_.range(whole).position.find(element);
  return graph.literal(at ? *at + 1.0 : 0.0);
}

NodeId LowerContext::arg(const Expression& e, std::size_t index, const Context& context) {
  return lower(e.arguments[index], context);
}

NodeId LowerContext::arg_or(const Expression& e, std::size_t index, double otherwise,
                            const Context& context) {
  return index < e.arguments.size() ? arg(e, index, context) : graph.literal(otherwise);
}

NodeId LowerContext::lower_call(const Expression& e, const Context& context) {
  if (context.in_outcome)
    if (const auto reduction = lower_reduction(e)) return *reduction;
  const auto symbol = symbol_in(context.scope, e.name.key);
  if (symbol) {
    const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
    const bool has_table = !s.variable->equations.empty() && !s.variable->equations.front().tables.empty();
    if (s.is_lookup || has_table) return lookup_call(e, context);
  }
  if (const auto* inside = scopes_[context.scope].macro; inside && !symbol)
    if (std::find(inside->inputs.begin(), inside->inputs.end(), e.name) != inside->inputs.end())
      return lookup_call(e, context);
  if (const auto macro = macros_.find(e.name.key); macro != macros_.end())
    return lower_macro(*macro->second.first, e, context);
  const Builtin* builtin = find_builtin(e.name.key);
  if (!builtin) {
    if (is_unread(e.name.key)) {
      name_unknowns(e, context);
      return graph.literal(0);
    }
    if (symbol && names_whole_arrays() && e.arguments.size() == 1 &&
        !scopes_[context.scope].symbols->at(*symbol).axes.empty())
      return flat_element(e, *symbol, context);
    name_unknowns(e, context);
    if (symbol)
      return wrong(DiagnosticCode::WrongKind,
                   "'" + e.name.display +
                       "' is not a lookup, so it takes no argument; is an operator missing before '('?",
                   e.location);
    return no_such_function(e);
  }
  return lower_builtin(*builtin, e, context);
}

NodeId LowerContext::lower_builtin(const Builtin& builtin, const Expression& e, const Context& context) {
  const bool exactly = model_.dialect == model::Dialect::Vensim && builtin.in_vensim > 0;
  const int least = exactly ? builtin.in_vensim : builtin.least;
  const int most = exactly ? builtin.in_vensim : builtin.most;
  const auto given = static_cast<int>(e.arguments.size());
  if (given < least || given > most) {
    const bool unbounded = most >= kAnyNumber;
    std::string wanted = (unbounded ? "at least " : "") + std::to_string(least);
    if (most != least && !unbounded) wanted += " to " + std::to_string(most);
    name_unknowns(e, context);
    return wrong(DiagnosticCode::WrongArity,
                 "'" + e.name.display + "' takes " + wanted + " argument(s), not " + std::to_string(given),
                 e.location);
  }
  if (!builtin.opcode) return builtin.lower(*this, e, context);
  NodeId operands[3] = {};
  for (std::size_t i = 0; i < e.arguments.size(); ++i) operands[i] = arg(e, i, context);
  return op(*builtin.opcode, operands[0], operands[1], operands[2]);
}

// A scope of its own for every call and element; inside, the inputs are lowered as the caller wrote them.
NodeId LowerContext::lower_macro(const model::Macro& macro, const Expression& e, const Context& context) {
  const std::size_t given = e.arguments.size();
  if (given > macro.inputs.size() || given + macro.defaults.size() < macro.inputs.size()) {
    name_unknowns(e, context);
    return wrong(DiagnosticCode::WrongArity,
                 "the macro '" + macro.name.display + "' takes " + std::to_string(macro.inputs.size()) +
                     " argument(s), not " + std::to_string(e.arguments.size()),
                 e.location);
  }
  const Symbols* inner = macros_.at(macro.name.key).second;
  // Expression::text: not the macro's value but one of its outputs.
  const auto result = inner->find(e.text.empty() ? macro.name.key : e.text);
  if (!result)
    return wrong(DiagnosticCode::UnknownName,
                 "the macro '" + macro.name.display + "' does not define " +
                     (e.text.empty() ? "its own name" : "its output '" + e.text + "'"),
                 macro.location);
  const int depth = scopes_[context.scope].depth + 1;
  if (depth > kMaxMacroDepth)
    return wrong(DiagnosticCode::Loop, "the macro '" + macro.name.display + "' calls itself", e.location);
  const auto [entry, is_new] =
      macro_scopes_.try_emplace(key_of(e, context, 0), static_cast<ScopeId>(scopes_.size()));
  const ScopeId scope = entry->second;
  if (is_new) {
    // Macros that call each other twice double with every level.
    if (scopes_.size() > kMaxMacroCalls) throw TooLarge{"more than 200,000 calls of macros"};
    Scope& made = scopes_.emplace_back();
    made.symbols = inner;
    made.macro = &macro;
    made.call = &e;
    made.caller = context;
    made.depth = depth;
    add_stocks(scope);
  }
  return value_of(scope, *result, 0, context);
}

}  // namespace flowyard::controller::compiler
