#include "controller/model/xmile/read.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/base/suggest.hpp"
#include "controller/model/xmile/document.hpp"
#include "controller/model/xmile/equation.hpp"
#include "controller/model/xmile/flatten.hpp"
#include "controller/model/xmile/lexer.hpp"
#include "controller/model/xmile/macro.hpp"
#include "controller/model/xmile/settings.hpp"
#include "controller/model/xmile/source_text.hpp"
#include "controller/model/xmile/variable.hpp"

namespace flowyard::controller::model::xmile {
namespace {

class FileReader {
 public:
  FileReader(const Document& document, model::Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  Model run() {
    const auto root = document_.root();
    Model model;
    model.dialect = read_dialect(root, document_);
    vensim_ = model.dialect == Dialect::XmileVensim;
    stops_at_zero_ = stops_stocks_at_zero(root, document_);
    model.name = Name(document_.plain(child(child(root, "header"), "name")));
    const auto arrays = child(child(child(root, "header"), "options"), "uses_arrays");
    model.zero_outside = lower(document_.plain(attribute(arrays, "invalid_index_value"))) != "nan";
    check_sections(root);
    collect_symbols(root, model);
    read_macros(root, model);
    read_units(root, model);
    std::vector<Part> parts = read_parts(root);
    if (parts.empty()) {
      diagnostics_.error(document_.location(root), DiagnosticCode::NotAModel,
                         "there is no <model> in this file");
      return model;
    }
    model.time = time(root);
    if (too_long_) return model;  // flattening would copy the name for each use of its module
    model.documentation = documentation_;
    model.variables = flatten(std::move(parts), symbols_, diagnostics_, model.unread);
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
        diagnostics_.warn(
            document_.location(part), DiagnosticCode::Ignored,
            "<data> (import and export of values by the program) is not read; values are those of "
            "the equations");
      }
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const auto near = nearest_name(name, known);
      if (near) {
        diagnostics_.error(document_.location(part), DiagnosticCode::UnknownKey,
                           "<" + name + "> is not known, did you mean <" + *near + ">?");
      } else {
        diagnostics_.warn(document_.location(part), DiagnosticCode::Ignored,
                          "<" + name + "> is not known and is ignored");
      }
    }
  }

  void collect_symbols(pugi::xml_node root, Model& model) {
    model.dimensions = read_dimensions(root, document_, diagnostics_);
    for (const auto part : root.children()) {
      if (name_of(part) == "macro") symbols_.macros.insert(name_attribute(part).key);
      if (name_of(part) != "model") continue;
      auto local = read_dimensions(part, document_, diagnostics_);
      std::move(local.begin(), local.end(), std::back_inserter(model.dimensions));
      for (const auto parent : variable_parents(part)) {
        for (const auto variable : parent.children()) {
          if (!is_variable_element(variable)) continue;
          symbols_.variables.insert(name_attribute(variable).key);
          collect_graph(name_of(variable) == "gf" ? variable : child(variable, "gf"));
        }
      }
    }
    std::vector<Dimension> declared = std::move(model.dimensions);
    model.dimensions.clear();
    for (Dimension& dimension : declared) {
      const auto [first, is_new] = symbols_.dimensions.emplace(dimension.name.key, dimension);
      if (!is_new) {
        diagnostics_.error(dimension.location, DiagnosticCode::DefinedTwice,
                           "dimension '" + dimension.name.display + "' is declared twice, first at line " +
                               std::to_string(first->second.location.line));
        continue;
      }
      auto& positions = symbols_.positions[dimension.name.key];
      for (const Name& member : dimension.members) {
        positions.emplace(member.key, positions.size());
        symbols_.elements.insert(member.key);
      }
      model.dimensions.push_back(std::move(dimension));
    }
  }

  void collect_graph(pugi::xml_node gf) {
    if (!attribute(gf, "name") || !child(gf, "ypts")) return;
    const Name name = name_attribute(gf);
    symbols_.variables.insert(name.key);
    graphs_.emplace(name.key, gf);
  }

  // A longer one is no name.
  static constexpr std::size_t kMaxNameLength = 2000;

  Name name_attribute(pugi::xml_node element) {
    const auto given = attribute(element, "name");
    Name name(document_.plain(given));
    if (name.key.size() > kMaxNameLength) {
      diagnostics_.error(document_.location(given), DiagnosticCode::TooLarge, "this name is too long",
                         ErrorCode::Limit);
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
    Part part{.name = name_attribute(element), .location = document_.location(element)};
    if (attribute(element, "resource")) {
      diagnostics_.error(part.location, DiagnosticCode::Unsupported,
                         "a model in another file (resource=\"" +
                             document_.plain(attribute(element, "resource")) + "\") is not supported");
    }
    if (documentation_.empty()) documentation_ = document_.plain(child(element, "doc"));
    const VariableScope scope = scope_with(behavior);
    std::unordered_map<std::string, std::string> groups;
    for (const auto parent : variable_parents(element)) {
      for (const auto child_element : parent.children())
        read_entry(child_element, parent == element, scope, part, groups);
    }
    for (LocalVariable& local : part.variables) {
      const auto group = groups.find(local.variable.name.key);
      if (group != groups.end()) local.variable.group = group->second;
    }
    if (stops_at_zero_)
      for (LocalVariable& local : part.variables) let_outflows_go_on(local.variable);
    release_conveyor_outflows(part);
    if (const auto specs = child(element, "sim_specs")) part_specs_.emplace_back(specs, part.name);
    return part;
  }

  void read_entry(pugi::xml_node element, bool top, const VariableScope& scope, Part& part,
                  std::unordered_map<std::string, std::string>& groups) {
    if (element.type() != pugi::node_element || is_vendor(element)) return;
    const auto name = name_of(element);
    if (is_variable_element(element)) {
      if (is_vensim_string(element) || restates_step(element)) return;
      part.variables.push_back(read_variable(element, scope));
      named_graph(element, scope, part);
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

  bool is_vensim_string(pugi::xml_node element) {
    const auto kind = attribute(element, "kind");
    if (document_.plain(kind) != "string") return false;
    diagnostics_.warn(document_.location(element), DiagnosticCode::Ignored,
                      "string variable '" + name_attribute(element).display + "' is left out");
    return true;
  }

  // Vensim exports TIME_STEP as DT, even where the model has a DT of its own, perhaps equal to TIME_STEP.
  // Without the variable, both names mean the time step.
  bool restates_step(pugi::xml_node element) {
    return vensim_ && symbols_.variables.contains("dt") && name_attribute(element) == Name("time step") &&
           lower(document_.plain(child(element, "eqn"))) == "dt";
  }

  // A graphical function inside a variable that has a name of its own is a table of that name too.
  void named_graph(pugi::xml_node variable, const VariableScope& scope, Part& part) {
    const auto gf = name_of(variable) == "gf" ? pugi::xml_node() : child(variable, "gf");
    if (!attribute(gf, "name") || !child(gf, "ypts") || name_attribute(gf) == name_attribute(variable))
      return;
    part.variables.push_back(read_variable(gf, scope));
  }

  void unknown_variable(pugi::xml_node element) {
    const std::string name(name_of(element));
    const auto near = nearest_name(name, {"stock", "flow", "aux", "module", "group", "gf"});
    const bool named = static_cast<bool>(attribute(element, "name"));
    const std::string message = "<" + name + "> is not a kind of variable";
    if (near) {
      diagnostics_.error(document_.location(element), DiagnosticCode::UnknownKey,
                         message + ", did you mean <" + *near + ">?");
    } else if (named && child(element, "eqn")) {
      diagnostics_.error(document_.location(element), DiagnosticCode::UnknownKey,
                         message + " that is supported");
    } else {
      diagnostics_.warn(document_.location(element), DiagnosticCode::Ignored, message + " and is ignored");
    }
  }

  Module read_module(pugi::xml_node element) {
    Module module{.name = name_attribute(element), .location = document_.location(element)};
    module.model = module.name;
    if (const auto model = attribute(element, "model_name")) module.model = Name(document_.plain(model));
    if (module.name.empty())
      diagnostics_.error(module.location, DiagnosticCode::Missing, "<module> needs a name");
    if (attribute(element, "resource")) {
      diagnostics_.error(module.location, DiagnosticCode::Unsupported,
                         "module '" + module.name.display + "' is in another file (resource=\"" +
                             document_.plain(attribute(element, "resource")) + "\"): not supported");
    }
    for (const auto part : element.children()) {
      const auto name = local_name(part.name());
      if (name != "connect" && name != "connect2") continue;
      Connection connection{.to = qualified(document_.plain(attribute(part, "to"))),
                            .from = qualified(document_.plain(attribute(part, "from"))),
                            .location = document_.location(part)};
      strip(connection.to, module.name);
      if (connection.to.empty() || connection.from.empty()) {
        diagnostics_.error(connection.location, DiagnosticCode::Missing, "<connect> needs to and from");
      } else {
        module.connections.push_back(std::move(connection));
      }
    }
    return module;
  }

  // As it would stand in an equation: each part may be in quotes, as in ."x + y" of the root.
  static Name qualified(const std::string& text) {
    const Tokens tokens = tokenize(text);
    const bool one = tokens.list.size() == 2 && tokens.list[0].kind == Token::Kind::Name;
    return one ? name_in(tokens.list[0]) : Name(text);
  }

  // Some programs write to="module.variable".
  static void strip(Name& to, const Name& module) {
    if (!to.key.starts_with(module.key + ".")) return;
    to = Name(to.display.substr(to.display.find('.', module.display.size()) + 1));
  }

  // A stock whose outflows are not its own to hold back: it has a rate of change.
  static void let_outflows_go_on(Variable& stock) {
    if (!stock.non_negative || stock.outflows.empty() || stock.conveyor || stock.queue) return;
    const Expression rate = rate_of(stock.inflows, stock.outflows);
    for (Equation& equation : stock.equations) equation.expression = rate;
    stock.inflows.clear();
    stock.outflows.clear();
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
    TimeSettings main = read_time(specs, root, document_, diagnostics_);
    for (const auto& [element, model] : part_specs_) {
      if (element == specs) continue;
      const TimeSettings own = read_time(element, root, document_, diagnostics_);
      const bool same = own.start.number == main.start.number && own.stop.number == main.stop.number &&
                        own.step.number == main.step.number && own.method == main.method;
      if (!same) {
        diagnostics_.error(document_.location(element), DiagnosticCode::Unsupported,
                           "model '" + model.display + "' runs by its own <sim_specs>: not supported");
      }
    }
    return main;
  }

  // <unit name="Person"><alias>People</alias></unit>: several names of one unit.
  void read_units(pugi::xml_node root, Model& model) {
    for (const auto unit : child(root, "model_units").children()) {
      if (name_of(unit) != "unit") continue;
      std::vector<std::string> same{name_attribute(unit).display};
      if (const std::string other = document_.plain(child(unit, "eqn")); !other.empty())
        same.push_back(other);
      for (const auto alias : unit.children())
        if (name_of(alias) == "alias") same.push_back(document_.plain(alias));
      if (same.size() > 1) model.unit_equivalents.push_back(std::move(same));
    }
  }

  VariableScope scope_with(Behavior behavior) {
    return {.document = document_,
            .symbols = symbols_,
            .diagnostics = diagnostics_,
            .budget = budget_,
            .behavior = behavior,
            .graphs = graphs_};
  }

  void read_macros(pugi::xml_node root, Model& model) {
    const VariableScope scope = scope_with(read_behavior(root, document_, {}));
    for (const auto element : root.children()) {
      if (name_of(element) != "macro" || is_option_filter(element, document_, diagnostics_)) continue;
      model.macros.push_back(read_macro(element, scope, model.unread));
    }
  }

  const Document& document_;
  model::Diagnostics& diagnostics_;
  Symbols symbols_;
  Budget budget_;
  std::vector<std::pair<pugi::xml_node, Name>> part_specs_;
  Graphs graphs_;
  std::string documentation_;
  bool vensim_ = false;
  bool stops_at_zero_ = false;
  bool too_long_ = false;
};

}  // namespace

PartlyRead read_partly(std::string_view bytes, const std::string& file_name) {
  auto text = decode(bytes, file_name);
  if (!text) return {.errors = {text.error()}};
  const SourceText source(std::move(*text));
  Diagnostics diagnostics({file_name});
  const Document document(source, diagnostics);
  const bool well_formed = !diagnostics.failed();
  PartlyRead made;
  if (const auto root = document.root(); root && name_of(root) == "xmile") {
    made.model = FileReader(document, diagnostics).run();
  } else if (!diagnostics.failed()) {
    diagnostics.error(
        document.location(root), DiagnosticCode::NotAModel,
        "this is not an XMILE model: the file begins with <" + std::string(root.name()) + ">, not <xmile>");
  }
  made.worth_compiling = well_formed && !made.model.variables.empty();
  Model& model = made.model;
  model.files.push_back(file_name);
  model.warnings = diagnostics.take_warnings();
  if (model.name.empty()) model.name = Name(file_name.substr(file_name.find_last_of('/') + 1));
  made.errors = diagnostics.take_errors();
  return made;
}

Results<Model> read(std::string_view bytes, const std::string& file_name) {
  PartlyRead made = read_partly(bytes, file_name);
  if (!made.errors.empty()) return Errors(std::move(made.errors));
  return std::move(made.model);
}

}  // namespace flowyard::controller::model::xmile
