#include "controller/model/xmile/write.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/infix.hpp"
#include "controller/model/simplify/simplify.hpp"

namespace flowyard::controller::model::xmile {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// A name as an attribute: what would be read as an escape is escaped.
std::string attribute(const Name& name) {
  std::string out;
  for (const char c : name.display) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return escaped(out);
}

class Writer {
 public:
  explicit Writer(const Model& model) : model_(model) {}

  Results<std::string> run() {
    line(0, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    line(0,
         "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
         "xmlns:isee=\"http://iseesystems.com/XMILE\">");
    line(1, "<header>");
    line(2, "<name>" + escaped(model_.name.display) + "</name>");
    line(2, "<vendor>Flowyard</vendor>");
    line(2, "<product version=\"1.0\" lang=\"en\">Flowyard</product>");
    if (!model_.zero_outside && !model_.dimensions.empty())
      line(2, "<options><uses_arrays invalid_index_value=\"NaN\"/></options>");
    line(1, "</header>");
    time();
    dimensions();
    for (const Macro& macro : model_.macros) write(macro);
    line(1, "<model>");
    element(2, "doc", escaped(model_.documentation));
    line(2, "<variables>");
    for (const Variable& variable : model_.variables) write(variable, 3);
    groups();
    line(2, "</variables>");
    line(1, "</model>");
    line(0, "</xmile>");
    if (!errors_.empty()) return std::move(errors_);
    return std::move(out_);
  }

 private:
  void line(int depth, const std::string& text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ').append(text).append("\n");
  }
  void element(int depth, const std::string& name, const std::string& content) {
    if (!content.empty()) line(depth, "<" + name + ">" + content + "</" + name + ">");
  }
  void fail(SourceLocation location, const std::string& message) {
    errors_.push_back(invalid(DiagnosticCode::Unsupported, message, source_location(model_, location)));
  }

  std::string text(const Expression& e) {
    if (!e.present()) return {};
    std::vector<Unwritable> unwritable;
    std::string out = infix(e, Spelling::Xmile, unwritable);
    for (const auto& [location, what] : unwritable) fail(location, "XMILE cannot say this: " + what);
    return escaped(out);
  }

  void time() {
    constexpr const char* kMethods[] = {"Euler", "RK2", "RK4", "RK45"};
    const TimeSettings& settings = model_.time;
    std::string attributes =
        std::string(" method=\"") + kMethods[static_cast<std::size_t>(settings.method)] + "\"";
    if (!settings.units.empty()) attributes += " time_units=\"" + escaped(settings.units) + "\"";
    if (settings.save_every.present()) {
      attributes += " isee:save_interval=\"" + written(settings.save_every.number) + "\"";
    }
    line(1, "<sim_specs" + attributes + ">");
    element(2, "start", text(settings.start));
    element(2, "stop", text(settings.stop));
    element(2, "dt", text(settings.step));
    line(1, "</sim_specs>");
  }

  void dimensions() {
    if (model_.dimensions.empty()) return;
    line(1, "<dimensions>");
    for (const Dimension& dimension : model_.dimensions) {
      line(2, "<dim name=\"" + attribute(dimension.name) + "\">");
      for (const Name& member : dimension.members) line(3, "<elem name=\"" + attribute(member) + "\"/>");
      line(2, "</dim>");
    }
    line(1, "</dimensions>");
  }

  void write(const Macro& macro) {
    if (!macro.outputs.empty())
      fail(macro.location,
           "macro '" + macro.name.display + "' has several outputs: XMILE has no such macros");
    line(1, "<macro name=\"" + attribute(macro.name) + "\">");
    const std::size_t plain = macro.inputs.size() - std::min(macro.defaults.size(), macro.inputs.size());
    for (std::size_t i = 0; i < macro.inputs.size(); ++i) {
      const std::string otherwise = i < plain ? "" : text(macro.defaults[i - plain]);
      line(2, "<parm" + (otherwise.empty() ? "" : " default=\"" + otherwise + "\"") + ">" +
                  escaped(written(macro.inputs[i])) + "</parm>");
    }
    line(2, "<eqn>" + escaped(written(macro.name)) + "</eqn>");
    line(2, "<variables>");
    for (const Variable& variable : macro.variables) write(variable, 3);
    line(2, "</variables>");
    line(1, "</macro>");
  }

  static const char* tag(const Variable& variable) {
    if (variable.kind == VariableKind::Stock) return "stock";
    if (variable.kind == VariableKind::Flow) return "flow";
    const bool table = variable.kind == VariableKind::Lookup && variable.dimensions.empty();
    return table ? "gf" : "aux";
  }

  void write(const Variable& variable, int depth) {
    const std::string name = tag(variable);
    std::string attributes = " name=\"" + attribute(variable.name) + "\"";
    const bool gf = name == "gf" && !variable.equations.empty() && !variable.equations[0].tables.empty();
    if (gf) attributes += type(variable.equations[0].tables[0]);
    if (variable.leak) {
      attributes += " leak_start=\"" + written(variable.leak->zone_start) + "\" leak_end=\"" +
                    written(variable.leak->zone_end) + "\"";
    }
    line(depth, "<" + name + attributes + ">");
    element(depth + 1, "doc", escaped(variable.documentation));
    element(depth + 1, "units", escaped(variable.units));
    if (gf) {
      points(variable.equations[0].tables[0], depth + 1);
    } else {
      own_dimensions(variable, depth + 1);
      equations(variable, depth + 1);
    }
    behaviour(variable, depth + 1);
    line(depth, "</" + name + ">");
  }

  void own_dimensions(const Variable& variable, int depth) {
    if (variable.dimensions.empty()) return;
    line(depth, "<dimensions>");
    for (const Name& dimension : variable.dimensions)
      line(depth + 1, "<dim name=\"" + attribute(dimension) + "\"/>");
    line(depth, "</dimensions>");
  }

  void equations(const Variable& variable, int depth) {
    for (const Equation& equation : variable.equations) {
      if (equation.subscripts.empty()) {
        write(variable, equation, depth);
        continue;
      }
      std::string list;
      for (const Subscript& subscript : equation.subscripts) {
        if (subscript.name.display.find(',') != std::string::npos) {
          fail(equation.location, "the element '" + subscript.name.display + "' has a comma in its name");
        }
        list += (list.empty() ? "" : ", ") + attribute(subscript.name);
      }
      line(depth, "<element subscript=\"" + list + "\">");
      write(variable, equation, depth + 1);
      line(depth, "</element>");
    }
  }

  void write(const Variable& variable, const Equation& equation, int depth) {
    const Expression& value = variable.kind == VariableKind::Stock ? equation.initial : equation.expression;
    if (value.kind == Expression::Kind::Call && value.name.key == "active_initial" &&
        value.arguments.size() == 2) {
      element(depth, "eqn", text(value.arguments[0]));
      element(depth, "init_eqn", text(value.arguments[1]));
    } else {
      element(depth, "eqn", text(value));
    }
    for (const Lookup& table : equation.tables) {
      line(depth, "<gf" + type(table) + ">");
      points(table, depth + 1);
      line(depth, "</gf>");
    }
  }

  static std::string type(const Lookup& table) {
    if (table.mode == LookupMode::Extrapolate) return " type=\"extrapolate\"";
    return table.mode == LookupMode::Discrete ? " type=\"discrete\"" : "";
  }

  void points(const Lookup& table, int depth) {
    std::string xs;
    std::string ys;
    for (const Point& point : table.points) {
      xs += (xs.empty() ? "" : ",") + written(point.x);
      ys += (ys.empty() ? "" : ",") + written(point.y);
    }
    scale("yscale", table.y_range, depth);
    element(depth, "xpts", xs);
    element(depth, "ypts", ys);
  }

  void scale(const std::string& name, const std::optional<LookupRange>& range, int depth) {
    if (!range) return;
    line(depth, "<" + name + " min=\"" + written(range->low) + "\" max=\"" + written(range->high) + "\"/>");
  }

  void behaviour(const Variable& variable, int depth) {
    for (const Name& flow : variable.inflows) element(depth, "inflow", escaped(written(flow)));
    for (const Name& flow : variable.outflows) element(depth, "outflow", escaped(written(flow)));
    if (variable.non_negative) line(depth, "<non_negative/>");
    if (variable.queue) line(depth, "<queue/>");
    if (variable.overflow) line(depth, "<overflow/>");
    element(depth, "multiplier", text(variable.multiplier));
    if (variable.leak) {
      element(depth, "leak", text(variable.leak->fraction));
      if (variable.leak->integers) line(depth, "<leak_integers/>");
    }
    if (variable.conveyor) conveyor(*variable.conveyor, depth);
    limits(variable.limits, depth);
  }

  void limits(const Limits& limits, int depth) {
    std::string attributes;
    if (limits.low && std::isfinite(*limits.low)) attributes += " min=\"" + written(*limits.low) + "\"";
    if (limits.high && std::isfinite(*limits.high)) attributes += " max=\"" + written(*limits.high) + "\"";
    if (limits.increment) attributes += " step=\"" + written(*limits.increment) + "\"";
    if (!attributes.empty()) line(depth, "<range" + attributes + "/>");
  }

  void conveyor(const Conveyor& conveyor, int depth) {
    const auto flag = [](const char* name, bool value) {
      return std::string(" ") + name + "=\"" + (value ? "true" : "false") + "\"";
    };
    line(depth, "<conveyor" + flag("discrete", conveyor.discrete) +
                    flag("batch_integrity", conveyor.batch_integrity) +
                    flag("one_at_a_time", conveyor.one_at_a_time) +
                    flag("exponential_leak", conveyor.exponential_leak) + ">");
    element(depth + 1, "len", text(conveyor.transit_time));
    element(depth + 1, "capacity", text(conveyor.capacity));
    element(depth + 1, "in_limit", text(conveyor.inflow_limit));
    element(depth + 1, "sample", text(conveyor.sample));
    element(depth + 1, "arrest", text(conveyor.arrest));
    line(depth, "</conveyor>");
  }

  void groups() {
    std::vector<std::pair<std::string, std::vector<Name>>> groups;
    for (const Variable& variable : model_.variables) {
      if (variable.group.empty()) continue;
      if (groups.empty() || groups.back().first != variable.group) groups.push_back({variable.group, {}});
      groups.back().second.push_back(variable.name);
    }
    for (const auto& [group, members] : groups) {
      line(3, "<group name=\"" + attribute(Name(group)) + "\">");
      for (const Name& member : members) line(4, "<entity name=\"" + attribute(member) + "\"/>");
      line(3, "</group>");
    }
  }

  const Model& model_;
  std::string out_;
  Errors errors_;
};

}  // namespace

Results<std::string> write(const Model& model) {
  const auto simple = simplify::simplify(model, Dialect::Xmile);
  if (!simple) return simple.error();
  return Writer(*simple).run();
}

}  // namespace flowyard::controller::model::xmile
