#include "worker/model/xmile/read.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/base/suggest.hpp"
#include "worker/model/xmile/document.hpp"
#include "worker/model/xmile/equation.hpp"
#include "worker/model/xmile/flatten.hpp"
#include "worker/model/xmile/settings.hpp"
#include "worker/model/xmile/source_text.hpp"
#include "worker/model/xmile/variable.hpp"

namespace flowyard::worker::model::xmile {
namespace {

// Where the variables stand: in <variables>, or directly in the model (STELLA 10).
std::vector<pugi::xml_node> variable_parents(pugi::xml_node model) {
  std::vector<pugi::xml_node> parents{model};
  for (const auto part : model.children()) {
    if (name_of(part) == "variables") parents.push_back(part);
  }
  return parents;
}

class FileReader {
 public:
  FileReader(const Document& document, Findings& findings) : document_(document), findings_(findings) {}

  Model run() {
    const auto root = document_.root();
    Model model;
    model.dialect = read_dialect(root, document_);
    model.name = Name(document_.plain(child(child(root, "header"), "name")));
    check_sections(root);
    collect_symbols(root, model);
    read_macros(root, model);
    std::vector<Part> parts = read_parts(root);
    if (parts.empty()) {
      findings_.error(document_.place(root), "there is no <model> in this file");
      return model;
    }
    if (too_long_) return model;  // flattening would copy the name for each use of its module
    model.documentation = documentation_;
    model.time = time(root);
    model.variables = flatten(std::move(parts), symbols_, findings_);
    return model;
  }

 private:
  void check_sections(pugi::xml_node root) {
    const std::vector<std::string> known = {
        "header", "sim_specs", "model_units",    "dimensions",     "behavior",  "style",     "data", "model",
        "macro",  "prefs",     "equation_prefs", "default_format", "variables", "interface", "unit"};
    for (const auto part : root.children()) {
      if (part.type() != pugi::node_element || is_vendor(part)) continue;
      const std::string name(name_of(part));
      if (name == "data" && part.first_child()) {
        findings_.warning(
            document_.place(part),
            "<data> (import and export of values by the program) is not read; values are those of "
            "the equations");
      }
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const auto near = nearest_name(name, known);
      if (near) {
        findings_.error(document_.place(part), "<" + name + "> is not known, did you mean <" + *near + ">?");
      } else {
        findings_.warning(document_.place(part), "<" + name + "> is not known and is ignored");
      }
    }
  }

  void collect_symbols(pugi::xml_node root, Model& model) {
    model.dimensions = read_dimensions(root, document_, findings_);
    for (const auto part : root.children()) {
      if (name_of(part) == "macro") symbols_.macros.insert(name_attribute(part).key);
      if (name_of(part) != "model") continue;
      auto local = read_dimensions(part, document_, findings_);
      std::move(local.begin(), local.end(), std::back_inserter(model.dimensions));
      for (const auto parent : variable_parents(part)) {
        for (const auto variable : parent.children()) {
          if (is_variable_element(variable)) symbols_.variables.insert(name_attribute(variable).key);
        }
      }
    }
    for (const Dimension& dimension : model.dimensions) {
      if (!symbols_.dimensions.emplace(dimension.name.key, dimension).second) {
        findings_.error(dimension.place, "dimension '" + dimension.name.display + "' is declared twice");
      }
      auto& positions = symbols_.positions[dimension.name.key];
      for (const Name& member : dimension.members) {
        positions.emplace(member.key, positions.size());
        symbols_.elements.insert(member.key);
      }
    }
  }

  // A longer one is no name.
  static constexpr std::size_t max_name_length = 2000;

  Name name_attribute(pugi::xml_node element) {
    const auto given = attribute(element, "name");
    Name name(document_.plain(given));
    if (name.key.size() > max_name_length) {
      findings_.error(document_.place(given), "this name is too long", ErrorCode::Limit);
      too_long_ = true;
    }
    return name;
  }

  std::vector<Part> read_parts(pugi::xml_node root) {
    const Behavior outer = read_behavior(root, document_, {});
    std::vector<Part> parts;
    std::size_t main = 0;
    for (const auto element : root.children()) {
      if (name_of(element) != "model") continue;
      Part part = read_part(element, read_behavior(element, document_, outer));
      if (part.name.empty()) main = parts.size();
      parts.push_back(std::move(part));
    }
    if (main > 0)
      std::rotate(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(main),
                  parts.begin() + static_cast<std::ptrdiff_t>(main) + 1);
    return parts;
  }

  Part read_part(pugi::xml_node element, Behavior behavior) {
    Part part{.name = name_attribute(element), .place = document_.place(element)};
    if (attribute(element, "resource")) {
      findings_.error(part.place, "a model in another file (resource=\"" +
                                      document_.plain(attribute(element, "resource")) +
                                      "\") is not supported");
    }
    if (documentation_.empty()) documentation_ = document_.plain(child(element, "doc"));
    const VariableScope scope{.document = document_,
                              .symbols = symbols_,
                              .findings = findings_,
                              .budget = budget_,
                              .behavior = behavior};
    std::unordered_map<std::string, std::string> groups;
    for (const auto parent : variable_parents(element)) {
      for (const auto child_element : parent.children())
        read_entry(child_element, parent == element, scope, part, groups);
    }
    for (LocalVariable& local : part.variables) {
      const auto group = groups.find(local.variable.name.key);
      if (group != groups.end()) local.variable.group = group->second;
    }
    release_conveyor_outflows(part);
    if (const auto specs = child(element, "sim_specs")) part_specs_.emplace_back(specs, part.name);
    return part;
  }

  void read_entry(pugi::xml_node element, bool top, const VariableScope& scope, Part& part,
                  std::unordered_map<std::string, std::string>& groups) {
    if (element.type() != pugi::node_element || is_vendor(element)) return;
    const auto name = name_of(element);
    if (is_variable_element(element)) {
      part.variables.push_back(read_variable(element, scope));
    } else if (name == "module") {
      part.modules.push_back(read_module(element));
    } else if (name == "group") {
      for (const auto entity : element.children()) {
        if (name_of(entity) == "entity" || name_of(entity) == "var") {
          groups[name_attribute(entity).key] = name_attribute(element).display;
        }
      }
    } else if (!top) {
      unknown_variable(element);
    }
  }

  void unknown_variable(pugi::xml_node element) {
    const std::string name(name_of(element));
    const auto near = nearest_name(name, {"stock", "flow", "aux", "module", "group", "gf"});
    const bool named = static_cast<bool>(attribute(element, "name"));
    const std::string message = "<" + name + "> is not a kind of variable";
    if (near) {
      findings_.error(document_.place(element), message + ", did you mean <" + *near + ">?");
    } else if (named && child(element, "eqn")) {
      findings_.error(document_.place(element), message + " that is supported");
    } else {
      findings_.warning(document_.place(element), message + " and is ignored");
    }
  }

  Module read_module(pugi::xml_node element) {
    Module module{.name = name_attribute(element), .place = document_.place(element)};
    module.model = module.name;
    if (const auto model = attribute(element, "model_name")) module.model = Name(document_.plain(model));
    if (module.name.empty()) findings_.error(module.place, "<module> needs a name");
    if (attribute(element, "resource")) {
      findings_.error(module.place, "module '" + module.name.display + "' is in another file (resource=\"" +
                                        document_.plain(attribute(element, "resource")) +
                                        "\"): not supported");
    }
    std::unordered_map<std::string, std::string> seen;
    for (const auto part : element.children()) {
      const auto name = local_name(part.name());
      if (name != "connect" && name != "connect2") continue;
      Connection connection{.to = Name(document_.plain(attribute(part, "to"))),
                            .from = Name(document_.plain(attribute(part, "from"))),
                            .place = document_.place(part)};
      strip(connection.to, module.name);
      if (connection.to.empty() || connection.from.empty()) {
        findings_.error(connection.place, "<connect> needs to and from");
      } else if (const auto [other, fresh] = seen.emplace(connection.to.key, connection.from.key); fresh) {
        module.connections.push_back(std::move(connection));
      } else if (other->second != connection.from.key) {
        findings_.error(connection.place, "'" + connection.to.display + "' of module '" +
                                              module.name.display + "' is connected twice");
      }
    }
    return module;
  }

  // Some programs write to="module.variable".
  static void strip(Name& to, const Name& module) {
    if (!to.key.starts_with(module.key + ".")) return;
    to = Name(to.display.substr(to.display.find('.', module.display.size()) + 1));
  }

  // What leaves the end of a conveyor is what arrives there: programs write an equation of 0, to be ignored.
  void release_conveyor_outflows(Part& part) {
    std::unordered_map<std::string, LocalVariable*> flows;
    for (LocalVariable& local : part.variables) flows[local.variable.name.key] = &local;
    for (const LocalVariable& stock : part.variables) {
      const bool conveyor = stock.variable.conveyor.has_value();
      if (!conveyor && !stock.variable.queue) continue;
      for (const Name& name : stock.variable.outflows) {
        const auto flow = flows.find(name.key);
        if (flow == flows.end() || flow->second->variable.leak) continue;
        flow->second->unfilled = false;
        for (Equation& equation : flow->second->variable.equations) equation.expression = {};
        if (conveyor) break;
      }
    }
  }

  // The file's own, else the root model's. A module with its own clock is another matter.
  TimeSettings time(pugi::xml_node root) {
    auto specs = child(root, "sim_specs");
    for (const auto& [element, model] : part_specs_) {
      if (!specs && model.empty()) specs = element;
    }
    if (!specs && !part_specs_.empty()) specs = part_specs_.front().first;
    TimeSettings main = read_time(specs, root, document_, findings_);
    for (const auto& [element, model] : part_specs_) {
      if (element == specs) continue;
      const TimeSettings own = read_time(element, root, document_, findings_);
      const bool same = own.start.number == main.start.number && own.stop.number == main.stop.number &&
                        own.step.number == main.step.number && own.method == main.method;
      if (!same) {
        findings_.error(document_.place(element),
                        "model '" + model.display + "' runs by its own <sim_specs>: not supported");
      }
    }
    return main;
  }

  void read_macros(pugi::xml_node root, Model& model) {
    for (const auto element : root.children()) {
      if (name_of(element) != "macro") continue;
      model.macros.push_back(read_macro(element));
    }
  }

  Macro read_macro(pugi::xml_node element) {
    Macro macro{.name = name_attribute(element), .place = document_.place(element)};
    if (macro.name.empty()) findings_.error(macro.place, "<macro> needs a name");
    if (child(element, "sim_specs")) {
      findings_.error(document_.place(child(element, "sim_specs")),
                      "macro '" + macro.name.display + "' runs a simulation of its own: not supported");
    }
    const Scope scope{.document = document_,
                      .symbols = symbols_,
                      .findings = findings_,
                      .budget = budget_,
                      .self = macro.name};
    for (const auto part : element.children()) {
      if (name_of(part) == "parm") read_parameter(part, scope, macro);
    }
    const Behavior behavior =
        read_behavior(element, document_, read_behavior(document_.root(), document_, {}));
    const VariableScope variables{.document = document_,
                                  .symbols = symbols_,
                                  .findings = findings_,
                                  .budget = budget_,
                                  .behavior = behavior};
    for (const auto parent : variable_parents(element)) {
      for (const auto part : parent.children()) {
        if (name_of(part) == "module") {
          findings_.error(document_.place(part), "a module in a macro is not supported");
        }
        if (!is_variable_element(part)) continue;
        LocalVariable local = read_variable(part, variables);
        if (local.unfilled) {
          findings_.error(local.variable.place, "'" + local.variable.name.display + "' has no equation");
        }
        macro.variables.push_back(std::move(local.variable));
      }
    }
    add_value(element, scope, macro);
    return macro;
  }

  void read_parameter(pugi::xml_node part, const Scope& scope, Macro& macro) {
    Name name(document_.plain(part));
    if (name.empty()) name = name_attribute(part);
    if (name.empty()) findings_.error(document_.place(part), "<parm> names no parameter");
    macro.inputs.push_back(std::move(name));
    const auto otherwise = attribute(part, "default");
    if (otherwise) {
      macro.defaults.push_back(read_text(document_.text(otherwise), scope));
    } else if (!macro.defaults.empty()) {
      findings_.error(document_.place(part), "a parameter without a default stands after one with a default");
    }
  }

  // The macro's <eqn> is the variable with the macro's name; a macro may also have such a variable itself.
  void add_value(pugi::xml_node element, const Scope& scope, Macro& macro) {
    const bool own = std::any_of(macro.variables.begin(), macro.variables.end(),
                                 [&](const Variable& variable) { return variable.name == macro.name; });
    const auto eqn = child(element, "eqn");
    if (own) return;
    Variable value{.name = macro.name, .place = document_.place(eqn ? eqn : element)};
    value.documentation = document_.plain(child(element, "doc"));
    const auto before = findings_.count();
    Equation equation{.place = value.place};
    equation.expression = read_equation(eqn, scope);
    if (!equation.expression.present() && findings_.count() == before) {
      findings_.error(macro.place, "macro '" + macro.name.display + "' has no equation");
    }
    value.equations.push_back(std::move(equation));
    macro.variables.push_back(std::move(value));
  }

  const Document& document_;
  Findings& findings_;
  Symbols symbols_;
  Budget budget_;
  std::vector<std::pair<pugi::xml_node, Name>> part_specs_;
  std::string documentation_;
  bool too_long_ = false;
};

}  // namespace

Results<Model> read(std::string_view bytes, const std::string& file_name) {
  auto text = decode(bytes, file_name);
  if (!text) return Errors{text.error()};
  const SourceText source(std::move(*text));
  Findings findings(file_name);
  const Document document(source, findings);
  Model model;
  if (const auto root = document.root(); root && name_of(root) == "xmile") {
    model = FileReader(document, findings).run();
  } else if (!findings.failed()) {
    findings.error(document.place(root), "this is not an XMILE model: the file begins with <" +
                                             std::string(root.name()) + ">, not <xmile>");
  }
  if (findings.failed()) return findings.take_errors();
  model.files.push_back(file_name);
  model.warnings = findings.take_warnings();
  if (model.name.empty()) model.name = Name(file_name.substr(file_name.find_last_of('/') + 1));
  return model;
}

}  // namespace flowyard::worker::model::xmile
