// Tables of points: which one an expression names, and its value at an x.
#include <algorithm>

#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

std::optional<std::uint32_t> LowerContext::table_at(ScopeId scope, std::uint32_t symbol, std::size_t flat) {
  const auto key = std::tuple(scope, symbol, static_cast<std::uint32_t>(flat));
  if (const auto found = table_index_.find(key); found != table_index_.end()) return found->second;
  const Symbol& s = scopes_[scope].symbols->at(symbol);
  const std::int32_t number = s.equations.empty() ? -1 : s.equations[flat];
  if (number < 0) return std::nullopt;
  const auto& equation = s.variable->equations[static_cast<std::size_t>(number)];
  if (equation.tables.empty()) return std::nullopt;
  const std::size_t count = equation.tables.size();
  const std::size_t at = count == 1 ? 0 : std::min(position_in_equation(s, flat), count - 1);
  return table_index_[key] = add_table(equation.tables[at], equation.location);
}

// The table that an expression names: a lookup variable, a data variable, or points in place.
std::optional<std::uint32_t> LowerContext::table_of(const Expression& e, const Context& context) {
  if (e.kind == Expression::Kind::LookupLiteral) {
    const auto [entry, is_new] = literal_tables_.try_emplace(e.lookup.get(), 0);
    if (is_new) entry->second = add_table(*e.lookup, e.location);
    return entry->second;
  }
  if (e.kind == Expression::Kind::Reference) {
    if (const auto symbol = symbol_in(context.scope, e.name.key)) {
      const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
      const auto indices = indices_of(e, s, context);
      if (!indices) return std::nullopt;
      std::vector<ElementId> elements;
      for (const Index& index : *indices) {
        if (!index.element) {
          wrong(DiagnosticCode::NotConstant,
                "a lookup must be chosen by elements that are known before running", e.location);
          return std::nullopt;
        }
        elements.push_back(*index.element);
      }
      const auto flat = scopes_[context.scope].symbols->flat_of(s, elements);
      if (const auto table = flat ? table_at(context.scope, *symbol, *flat) : std::nullopt) return table;
      const std::int32_t equation = flat && !s.equations.empty() ? s.equations[*flat] : -1;
      const bool computed = s.variable->kind == model::VariableKind::Data && equation >= 0 &&
                            s.variable->equations[static_cast<std::size_t>(equation)].expression.present();
      if (computed) {
        if (const auto table = computed_table(context.scope, *symbol, *flat)) return table;
        wrong(DiagnosticCode::NoData,
              "'" + e.name.display + "' is not computed from data alone: it has no points", e.location);
        return std::nullopt;
      }
    } else if (const auto* macro = scopes_[context.scope].macro) {
      // A macro's input may be a lookup of the caller.
      const Scope& scope = scopes_[context.scope];
      for (std::size_t i = 0; i < macro->inputs.size() && i < scope.call->arguments.size(); ++i)
        if (macro->inputs[i] == e.name) return table_of(scope.call->arguments[i], scope.caller);
    }
  }
  if (e.kind == Expression::Kind::Reference && is_unread(e.name.key)) return std::nullopt;
  const auto symbol = symbol_in(context.scope, e.name.key);
  const bool data = e.kind == Expression::Kind::Reference && symbol &&
                    scopes_[context.scope].symbols->at(*symbol).variable->kind == model::VariableKind::Data;
  wrong(DiagnosticCode::NoData,
        data ? "'" + e.name.display + "' has no data: feed it from a file" : "a lookup is expected here",
        e.location);
  return std::nullopt;
}

// table(x) or table[A](x).
NodeId LowerContext::lookup_call(const Expression& e, const Context& context) {
  if (e.arguments.size() != 1)
    return wrong(DiagnosticCode::WrongArity, "the lookup '" + e.name.display + "' takes one argument",
                 e.location);
  const auto table = table_of(model::reference(e.name, e.subscripts, e.location), context);
  return table ? op(Opcode::Lookup, arg(e, 0, context), *table) : graph.literal(0);
}

NodeId LowerContext::data_value(const Symbol& symbol, std::uint32_t table, NodeId at) {
  switch (symbol.variable->data_mode) {
    case model::DataMode::LookForward:
      return op(Opcode::LookupForward, at, table);
    case model::DataMode::HoldBackward:
      return op(Opcode::LookupBackward, at, table);
    case model::DataMode::Raw:
      return known_point(table, at);
    case model::DataMode::Interpolate:
      break;
  }
  return op(Opcode::Lookup, at, table);
}

// Only at the very points: elsewhere there is no value.
NodeId LowerContext::known_point(std::uint32_t table, NodeId at) {
  const NodeId before = op(Opcode::LookupBackward, at, table);
  const NodeId here = op(Opcode::Equal, at, op(Opcode::LookupBackward, at, times_of(table)));
  return op(Opcode::Select, here, before, graph.literal(std::numeric_limits<double>::quiet_NaN()));
}

void LowerContext::fix_table(std::uint32_t table, const std::string& because) {
  const std::uint32_t owner = table_parameter[table];
  if (owner != kNoIndex) parameters[owner].fixed_because = because;
}

// A table of the times of another's points.
std::uint32_t LowerContext::times_of(std::uint32_t table) {
  const auto [entry, is_new] = memory.times_tables.try_emplace(table, 0);
  if (is_new) {
    model::Lookup times;
    for (std::uint32_t i = 0; i < tables[table].count; ++i) {
      const double x = xs[tables[table].first + i];
      times.points.push_back({x, x});
    }
    entry->second = add_table(times, {});
  }
  return entry->second;
}

}  // namespace flowyard::controller::compiler
