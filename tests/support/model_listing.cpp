#include "tests/support/model_listing.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace flowyard::test {
namespace {

using namespace controller::model;
using Kind = Expression::Kind;

std::string shown(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string shown(const Name& name) {
  return "`" + name.display + "`";
}

std::string shown(const std::vector<Subscript>& subscripts);

std::string shown(const Subscript& subscript) {
  switch (subscript.kind) {
    case Subscript::Kind::Name:
      if (subscript.offset == 0) return shown(subscript.name);
      return shown(subscript.name) + (subscript.offset > 0 ? "+" : "") + std::to_string(subscript.offset);
    case Subscript::Kind::Bang:
      return shown(subscript.name) + "!";
    case Subscript::Kind::Wildcard:
      return "*";
    case Subscript::Kind::Position:
      return "@" + std::to_string(subscript.position);
    case Subscript::Kind::Index:
      return "#" + listing(subscript.operands.at(0));
    case Subscript::Kind::Range:
      return listing(subscript.operands.at(0)) + ":" + listing(subscript.operands.at(1));
  }
  return "?";
}

std::string shown(const std::vector<Subscript>& subscripts) {
  if (subscripts.empty()) return {};
  std::string out = "[";
  for (const auto& subscript : subscripts) out += (out.size() > 1 ? ", " : "") + shown(subscript);
  return out + "]";
}

std::string shown(const Lookup& lookup) {
  std::string out = lookup.mode == LookupMode::Continuous    ? "table("
                    : lookup.mode == LookupMode::Extrapolate ? "extrapolating table("
                                                             : "discrete table(";
  for (const Point& point : lookup.points) out += "(" + shown(point.x) + "," + shown(point.y) + ")";
  return out + ")";
}

std::string list(const std::vector<Expression>& expressions) {
  std::string out;
  for (const auto& expression : expressions) out += (out.empty() ? "" : ", ") + listing(expression);
  return out;
}

constexpr std::array<const char*, 14> kSigns = {"+",  "-", "*",  "/", "^",  "mod", "<",
                                                "<=", ">", ">=", "=", "<>", "and", "or"};

void field(std::string& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out.append("    ").append(name).append(": ").append(value).append("\n");
}

void field(std::string& out, std::string_view name, const Expression& value) {
  if (value.present()) field(out, name, listing(value));
}

void flag(std::string& out, std::string_view name, bool value) {
  if (value) out.append("    ").append(name).append("\n");
}

void describe(std::string& out, const Equation& equation) {
  out += "    equation" + shown(equation.subscripts);
  for (const auto& except : equation.except) out += " except " + shown(except);
  if (equation.expression.present()) out += " = " + listing(equation.expression);
  if (equation.initial.present()) out += " initially " + listing(equation.initial);
  for (const auto& table : equation.tables) out += " " + shown(table);
  out += "\n";
}

std::string shown(const std::vector<Name>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + shown(name);
  return out;
}

std::string shown(const std::vector<FlowName>& flows) {
  return shown(std::vector<Name>(flows.begin(), flows.end()));
}

void describe(std::string& out, const Variable& variable) {
  constexpr std::array<const char*, 6> kKinds = {"aux", "flow", "stock", "constant", "lookup", "data"};
  out += std::string("  ") + kKinds.at(static_cast<std::size_t>(variable.kind)) + " " + shown(variable.name);
  if (!variable.dimensions.empty()) out += "[" + shown(variable.dimensions) + "]";
  out += "\n";
  for (const auto& equation : variable.equations) describe(out, equation);
  field(out, "inflows", shown(variable.inflows));
  field(out, "outflows", shown(variable.outflows));
  flag(out, "non-negative", variable.non_negative);
  flag(out, "queue", variable.queue);
  flag(out, "overflow", variable.overflow);
  if (const auto& conveyor = variable.conveyor) {
    field(out, "transit time", conveyor->transit_time);
    field(out, "capacity", conveyor->capacity);
    field(out, "inflow limit", conveyor->inflow_limit);
    field(out, "sample", conveyor->sample);
    field(out, "arrest", conveyor->arrest);
    flag(out, "discrete", conveyor->discrete);
    flag(out, "batch integrity", conveyor->batch_integrity);
    flag(out, "one at a time", conveyor->one_at_a_time);
    flag(out, "exponential leak", conveyor->exponential_leak);
  }
  if (const auto& leak = variable.leak) {
    field(out, "leak",
          listing(leak->fraction) + " from " + shown(leak->zone_start) + " to " + shown(leak->zone_end) +
              (leak->integers ? " in whole units" : ""));
  }
  field(out, "multiplier", variable.multiplier);
  field(out, "units", variable.units);
  field(out, "doc", variable.documentation);
  field(out, "group", variable.group);
  const auto& [low, high, increment] = variable.limits;
  if (low || high || increment) {
    field(out, "limits",
          (low ? shown(*low) : "") + ".." + (high ? shown(*high) : "") +
              (increment ? " by " + shown(*increment) : ""));
  }
}

}  // namespace

std::string listing(const Expression& e) {
  switch (e.kind) {
    case Kind::Missing:
      return "missing";
    case Kind::Number:
      return shown(e.number);
    case Kind::NotAvailable:
      return ":NA:";
    case Kind::Reference:
      return shown(e.name) + shown(e.subscripts);
    case Kind::Unary: {
      constexpr std::array<const char*, 3> kWords = {"-", "+", "not "};
      return "(" + std::string(kWords.at(static_cast<std::size_t>(e.unary))) + listing(e.arguments.at(0)) +
             ")";
    }
    case Kind::Binary:
      return "(" + listing(e.arguments.at(0)) + " " + kSigns.at(static_cast<std::size_t>(e.binary)) + " " +
             listing(e.arguments.at(1)) + ")";
    case Kind::Call:
      return e.name.key + shown(e.subscripts) + "(" + list(e.arguments) + ")" +
             (e.text.empty() ? "" : " output " + e.text);
    case Kind::WithLookup:
      return shown(*e.lookup) + " at " + listing(e.arguments.at(0));
    case Kind::LookupLiteral:
      return shown(*e.lookup);
    case Kind::ArrayLiteral:
      return "{" + list(e.arguments) + " by " + std::to_string(e.row_length) + "}";
    case Kind::Text:
      return "'" + e.text + "'";
    case Kind::External:
      return "external(" + e.external->file + ", " + e.external->tab + ", " + e.external->cell + ")";
    case Kind::Transpose:
      return listing(e.arguments.at(0)) + "'";
  }
  return "?";
}

std::string listing(const Model& model) {
  constexpr std::array<const char*, 4> kDialects = {"vensim", "xmile", "xmile of vensim", "yaml"};
  constexpr std::array<const char*, 4> kMethods = {"euler", "rk2", "rk4", "auto"};
  std::string out =
      "model " + shown(model.name) + " " + kDialects.at(static_cast<std::size_t>(model.dialect)) + "\n";
  const auto& time = model.time;
  out += "time " + listing(time.start) + " to " + listing(time.stop) + " by " + listing(time.step) +
         " saved " + listing(time.save_every) + " " + kMethods.at(static_cast<std::size_t>(time.method)) +
         " " + time.units + "\n";
  for (const auto& dimension : model.dimensions) {
    out += "dimension " + shown(dimension.name) + ": " + shown(dimension.members) + "\n";
    if (!dimension.alias_of.empty()) out += "  alias of " + shown(dimension.alias_of) + "\n";
    for (const auto& mapping : dimension.mappings) {
      out += "  maps to " + shown(mapping.to) + ": " + shown(mapping.targets) + "\n";
    }
  }
  out += "variables\n";
  for (const auto& variable : model.variables) describe(out, variable);
  for (const auto& macro : model.macros) {
    out += "macro " + shown(macro.name) + "(" + shown(macro.inputs) + ") " + list(macro.defaults) + "\n";
    for (const auto& variable : macro.variables) describe(out, variable);
  }
  for (const auto& warning : model.warnings) {
    out += "warning " + to_string(source_location(model, warning.location)) + ": " + warning.message + "\n";
  }
  return out;
}

}  // namespace flowyard::test
