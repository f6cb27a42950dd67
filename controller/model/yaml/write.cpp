#include "controller/model/yaml/write.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/base/diagnostic_code.hpp"
#include "common/base/integration_method.hpp"
#include "controller/model/infix.hpp"
#include "controller/model/simplify/simplify.hpp"

namespace flowyard::controller::model::yaml {
namespace {

// A text in double quotes, in which nothing can be taken for YAML.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// As it is where that is plainly a name, a number or a formula.
std::string scalar(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_ +*/()<=>^.,-").find(c) != std::string_view::npos;
  };
  const auto first = [](char c) {
    return c == '(' || c == '_' || c == '.' ||
           std::string_view("+*/)<=>^,- ").find(c) == std::string_view::npos;
  };
  constexpr std::array<std::string_view, 12> kWords = {"true", "false", "null", "yes", "no",  "on",
                                                       "off",  "y",     "n",    "",    "nan", "inf"};
  std::string low = text;
  for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool word = std::find(kWords.begin(), kWords.end(), low) != kWords.end();
  const bool safe =
      !word && first(text[0]) && text.back() != ' ' && std::all_of(text.begin(), text.end(), plain);
  return safe ? text : quoted(text);
}

class Writer {
 public:
  explicit Writer(const Model& model) : model_(model) {}

  Results<std::string> run() {
    for (const Macro& macro : model_.macros) refuse(macro.location, "the macro '" + macro.name.display + "'");
    out_ += "name: " + quoted(model_.name.display) + "\n";
    if (!model_.documentation.empty()) out_ += "doc: " + quoted(model_.documentation) + "\n";
    time();
    if (model_.zero_outside && !model_.dimensions.empty()) out_ += "index_outside: 0\n";
    dimensions();
    name_tables();
    for (const Variable& variable : model_.variables) write(variable);
    for (const char* section : {"constants", "stocks", "flows", "auxiliaries", "lookups"}) {
      if (!sections_[section].empty()) out_ += std::string(section) + ":\n" + sections_[section];
    }
    if (!errors_.empty()) return std::move(errors_);
    return std::move(out_);
  }

 private:
  void refuse(SourceLocation location, const std::string& what) {
    errors_.push_back(invalid(DiagnosticCode::Unsupported, "the YAML form cannot say this: " + what,
                              source_location(model_, location)));
  }

  std::string text(Expression e) {
    call_tables(e);
    std::vector<Unwritable> unwritable;
    std::string out = infix(e, Spelling::Yaml, unwritable);
    for (const auto& [location, what] : unwritable) refuse(location, what);
    return out;
  }

  void time() {
    const TimeSettings& settings = model_.time;
    out_ += "time:\n  start: " + text(settings.start) + "\n  stop: " + text(settings.stop) +
            "\n  step: " + text(settings.step) + "\n";
    if (settings.save_every.present()) out_ += "  save_every: " + text(settings.save_every) + "\n";
    out_ += std::string("  method: ") + kIntegrationMethods[static_cast<std::size_t>(settings.method)] + "\n";
    if (!settings.units.empty()) out_ += "  units: " + quoted(settings.units) + "\n";
  }

  void dimensions() {
    if (model_.dimensions.empty()) return;
    out_ += "dimensions:\n";
    for (const Dimension& dimension : model_.dimensions) {
      std::string list;
      for (const Name& member : dimension.members)
        list += (list.empty() ? "" : ", ") + quoted(member.display);
      out_ += "  " + quoted(dimension.name.display) + ": [" + list + "]\n";
    }
    find_mixed();
  }

  // Dimensions that share elements, and neither is a smaller part of the other.
  void find_mixed() {
    std::unordered_map<std::string, std::vector<const Dimension*>> homes;
    for (const Dimension& dimension : model_.dimensions)
      for (const Name& member : dimension.members) homes[member.key].push_back(&dimension);
    const auto is_part = [&](const Dimension& part, const Dimension* of) {
      return std::all_of(part.members.begin(), part.members.end(), [&](const Name& member) {
        const auto& all = homes.at(member.key);
        return std::find(all.begin(), all.end(), of) != all.end();
      });
    };
    for (const Dimension& dimension : model_.dimensions) {
      std::unordered_set<const Dimension*> others;
      for (const Name& member : dimension.members)
        for (const Dimension* other : homes.at(member.key)) others.insert(other);
      for (const Dimension* other : others)
        if (other != &dimension && is_part(dimension, other) == is_part(*other, &dimension))
          mixed_dimensions_.insert(dimension.name.key);
    }
  }

  // A table beside an expression becomes a lookup of its own.
  void name_tables() {
    std::map<std::string, bool> taken;
    for (const Variable& variable : model_.variables) taken[variable.name.key] = true;
    for (const Variable& variable : model_.variables) {
      const bool beside =
          std::any_of(variable.equations.begin(), variable.equations.end(),
                      [](const Equation& e) { return !e.tables.empty() && e.expression.present(); });
      if (!beside) continue;
      Name name(variable.name.display + " table");
      for (int n = 2; taken.contains(name.key); ++n)
        name = Name(variable.name.display + " table " + std::to_string(n));
      taken[name.key] = true;
      tables_.emplace(variable.name.key, name);
    }
  }

  // Who calls such a variable means its table. Trees are limited in depth.
  void call_tables(Expression& e) const {
    for (Expression& argument : e.arguments) call_tables(argument);
    for (Subscript& subscript : e.subscripts) {
      for (Expression& operand : subscript.operands) call_tables(operand);
    }
    if (e.kind != Expression::Kind::Call) return;
    if (const auto table = tables_.find(e.name.key); table != tables_.end()) e.name = table->second;
    const bool looks_up = e.name.key.starts_with("lookup") && !e.arguments.empty();
    if (!looks_up || e.arguments[0].kind != Expression::Kind::Reference) return;
    const auto table = tables_.find(e.arguments[0].name.key);
    if (table != tables_.end()) e.arguments[0].name = table->second;
  }

  static std::string key(const Name& name, const std::vector<Subscript>& subscripts) {
    std::string list;
    for (const Subscript& each : subscripts) list += (list.empty() ? "" : ", ") + written(each.name);
    return scalar(written(name) + (list.empty() ? "" : "[" + list + "]"));
  }

  static std::vector<Subscript> left(const Variable& variable, const Equation& equation) {
    if (!equation.subscripts.empty()) return equation.subscripts;
    std::vector<Subscript> all;
    for (const Name& dimension : variable.dimensions) all.push_back(subscript(dimension));
    return all;
  }

  void write(const Variable& variable) {
    if (variable.conveyor) return refuse(variable.location, "the conveyor '" + variable.name.display + "'");
    if (variable.queue) return refuse(variable.location, "the queue '" + variable.name.display + "'");
    if (variable.leak || variable.overflow) {
      return refuse(variable.location, "the leak or overflow '" + variable.name.display + "'");
    }
    for (std::size_t i = 0; i < variable.equations.size(); ++i)
      write(variable, variable.equations[i], i == 0);
  }

  std::string& section(const Variable& variable) {
    switch (variable.kind) {
      case VariableKind::Stock:
        return sections_["stocks"];
      case VariableKind::Flow:
        return sections_["flows"];
      case VariableKind::Lookup:
        return sections_["lookups"];
      default:
        break;
    }
    const bool constant = std::all_of(
        variable.equations.begin(), variable.equations.end(),
        [](const Equation& e) { return e.expression.kind == Expression::Kind::Number && e.tables.empty(); });
    return sections_[constant ? "constants" : "auxiliaries"];
  }

  void write(const Variable& variable, const Equation& equation, bool first) {
    const auto subscripts = left(variable, equation);
    std::string& out = section(variable);
    out += "  " + key(variable.name, subscripts) + ":\n";
    if (variable.kind == VariableKind::Lookup) {
      if (!equation.tables.empty()) points(equation.tables.front(), out);
    } else if (variable.kind == VariableKind::Stock) {
      out += "    initial: " + scalar(text(equation.initial)) + "\n";
      if (first) flows("inflows", variable.inflows, out);
      if (first) flows("outflows", variable.outflows, out);
    } else {
      out += "    value: " + scalar(value(variable, equation, subscripts)) + "\n";
    }
    if (first && !equation.subscripts.empty()) own_dimensions(variable, out);
    if (first) documents(variable, out);
  }

  // Where elements are called alike in several dimensions, they do not tell which are meant.
  void own_dimensions(const Variable& variable, std::string& out) const {
    const auto mixed = [&](const Name& name) { return mixed_dimensions_.contains(name.key); };
    if (std::none_of(variable.dimensions.begin(), variable.dimensions.end(), mixed)) return;
    std::string list;
    for (const Name& name : variable.dimensions) list += (list.empty() ? "" : ", ") + quoted(name.display);
    out += "    dimensions: [" + list + "]\n";
  }

  std::string value(const Variable& variable, const Equation& equation,
                    const std::vector<Subscript>& subscripts) {
    Expression whole = equation.expression;
    if (!equation.tables.empty()) {
      const Name& table = tables_.at(variable.name.key);
      std::string& lookups = sections_["lookups"];
      lookups += "  " + key(table, equation.subscripts) + ":\n";
      points(equation.tables.front(), lookups);
      if (&equation == &variable.equations.front() && !equation.subscripts.empty())
        own_dimensions(variable, lookups);
      std::vector<Expression> x;
      x.push_back(std::move(whole));
      whole = call(table, std::move(x), equation.location);
      if (!equation.subscripts.empty()) whole.subscripts = subscripts;
    }
    if (variable.multiplier.present()) {
      whole = binary(BinaryOperator::Multiply, std::move(whole), variable.multiplier, equation.location);
    }
    return text(std::move(whole));
  }

  static void points(const Lookup& table, std::string& out) {
    std::string list;
    for (const Point& point : table.points) {
      list += (list.empty() ? "[" : ", [") + written(point.x) + ", " + written(point.y) + "]";
    }
    out += "    points: [" + list + "]\n";
    if (table.mode == LookupMode::Extrapolate) out += "    mode: extrapolate\n";
    if (table.mode == LookupMode::Discrete) out += "    mode: discrete\n";
  }

  static void flows(const char* name, const std::vector<FlowName>& flows, std::string& out) {
    std::string list;
    for (const Name& flow : flows) list += (list.empty() ? "" : ", ") + quoted(flow.display);
    out += std::string("    ") + name + ": [" + list + "]\n";
  }

  static void documents(const Variable& variable, std::string& out) {
    if (variable.non_negative) out += "    non_negative: true\n";
    if (!variable.units.empty()) out += "    units: " + quoted(variable.units) + "\n";
    if (!variable.documentation.empty()) out += "    doc: " + quoted(variable.documentation) + "\n";
    if (!variable.group.empty()) out += "    group: " + quoted(variable.group) + "\n";
    const auto side = [](const std::optional<double>& value) {
      return value && std::isfinite(*value) ? written(*value) : "null";
    };
    if (variable.limits.low || variable.limits.high) {
      out += "    limits: [" + side(variable.limits.low) + ", " + side(variable.limits.high) + "]\n";
    }
  }

  const Model& model_;
  std::string out_;
  std::map<std::string, std::string> sections_;
  std::map<std::string, Name> tables_;
  std::unordered_set<std::string> mixed_dimensions_;
  Errors errors_;
};

}  // namespace

Results<std::string> write(const Model& model) {
  const auto simple = simplify::simplify(model, Dialect::Yaml);
  if (!simple) return simple.error();
  return Writer(*simple).run();
}

}  // namespace flowyard::controller::model::yaml
