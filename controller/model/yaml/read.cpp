#include "controller/model/yaml/read.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "common/base/integration_method.hpp"
#include "common/base/suggest.hpp"
#include "controller/model/formula/expression_parser.hpp"
#include "controller/model/yaml/value_reader.hpp"

namespace flowyard::controller::model::yaml {
namespace {

using flowyard::yaml::Kind;
using flowyard::yaml::Node;

constexpr std::string_view kSections[] = {"name",       "doc",     "documentation", "time",
                                          "dimensions", "stocks",  "flows",         "auxiliaries",
                                          "constants",  "lookups", "data",          "index_outside"};

class Reader : ValueReader {
 public:
  explicit Reader(const std::string& file) { model_.files.push_back(file); }

  PartlyRead read(const Node& root) {
    if (root.kind != Kind::Mapping) {
      fail(DiagnosticCode::NotAModel,
           "a model is a mapping with keys such as stocks, flows, constants and time", root.location);
      return {.errors = diagnostics_.take_errors()};
    }
    check_keys(root, kSections);
    for (const auto& entry : root.entries)
      if (std::find(std::begin(kSections), std::end(kSections), entry.key) == std::end(kSections))
        note_unread(entry.value);
    if (const Node* name = root.find("name")) model_.name = text(*name);
    model_.documentation = documentation(root);
    if (const Node* outside = root.find("index_outside")) read_outside(*outside);
    read_time(root.find("time"), root.location);
    make_room(root);
    each(root, "dimensions", [this](auto&... parts) { dimension(parts...); });
    each(root, "constants", [this](auto&... parts) { plain(VariableKind::Constant, parts...); });
    each(root, "lookups", [this](auto&... parts) { lookup(VariableKind::Lookup, parts...); });
    each(root, "data", [this](auto&... parts) { lookup(VariableKind::Data, parts...); });
    each(root, "stocks", [this](auto&... parts) { stock(parts...); });
    each(root, "flows", [this](auto&... parts) { plain(VariableKind::Flow, parts...); });
    each(root, "auxiliaries", [this](auto&... parts) { plain(VariableKind::Auxiliary, parts...); });
    if (model_.variables.empty() && !diagnostics_.failed())
      fail(DiagnosticCode::Missing, "this model has no variables", root.location);
    leave_out_unread();
    return {.model = std::move(model_), .errors = diagnostics_.take_errors(), .worth_compiling = !swallowed_};
  }

 private:
  // Counts the variables to reserve the list: moving them when it grows takes longer.
  void make_room(const Node& root) {
    std::size_t count = 0;
    for (const auto& section : root.entries) count += section.value.entries.size();
    model_.variables.reserve(count);
    index_.reserve(count);
  }

  template <class Function>
  void each(const Node& root, std::string_view key, const Function& function) {
    const Node* section = root.find(key);
    if (!section || section->kind == Kind::Null) return;
    if (section->kind != Kind::Mapping) {
      fail(DiagnosticCode::WrongKind, "'" + std::string(key) + "' is a mapping from names",
           section->location);
      swallowed_ = true;
      return;
    }
    for (const auto& entry : section->entries) {
      entry_failed_ = false;
      function(entry.key, entry.location, entry.value);
      if (entry_failed_) unread_.insert(name_in(entry.key));
    }
  }

  // "share" of "share[north, south]".
  static std::string name_in(const std::string& key) { return key_of(key.substr(0, key.find('['))); }

  // A section with a mistyped name: what it defines may be anything.
  void note_unread(const Node& section) {
    for (const auto& entry : section.entries) unread_.insert(name_in(entry.key));
  }

  void leave_out_unread() {
    const auto is_unread = [this](const auto& named) { return unread_.contains(named.name.key); };
    std::erase_if(model_.variables, is_unread);
    std::erase_if(model_.dimensions, is_unread);
    model_.unread.assign(unread_.begin(), unread_.end());
  }

  void read_outside(const Node& node) {
    const std::string given = text(node);
    if (given != "0" && given != ":NA:")
      fail(DiagnosticCode::WrongValue, "what an index outside of its dimension gives is 0 or ':NA:'",
           node.location);
    model_.zero_outside = given == "0";
  }

  void read_time(const Node* time, const FileLocation& fallback) {
    if (!time || time->kind != Kind::Mapping) {
      fail(DiagnosticCode::Missing, "the key 'time' with start, stop and step is missing",
           time ? time->location : fallback);
      model_.time = {.start = number(0), .stop = number(0), .step = number(1)};  // for what else is wrong
      return;
    }
    check_keys(*time, Keys{"start", "stop", "step", "save_every", "method", "units"});
    TimeSettings& settings = model_.time;
    settings.start = number(0);
    settings.step = number(1);
    if (const Node* start = time->find("start")) settings.start = expression(*start);
    if (const Node* step = time->find("step")) settings.step = expression(*step);
    if (const Node* save = time->find("save_every")) settings.save_every = expression(*save);
    if (const Node* units = time->find("units")) settings.units = text(*units);
    if (const Node* method = time->find("method")) read_method(*method);
    if (const Node* stop = time->find("stop"))
      settings.stop = expression(*stop);
    else
      fail(DiagnosticCode::Missing, "'time' lacks the key 'stop'", time->location);
    // The error was reported; a placeholder number lets the rest be checked.
    for (Expression* part : {&settings.start, &settings.step, &settings.stop})
      if (!part->present()) *part = number(1);
  }

  void read_method(const Node& node) {
    const std::string word = text(node);
    if (const auto method = integration_method(word))
      model_.time.method = static_cast<Method>(*method);
    else
      fail(DiagnosticCode::UnknownWord, unknown_integration_method(word), node.location);
  }

  void dimension(const std::string& name, const FileLocation& location, const Node& node) {
    Dimension made;
    made.name = name;
    made.location = location_of(location);
    const Node* elements = &node;
    if (node.kind == Kind::Mapping) {
      check_keys(node, Keys{"elements", "maps_to"});
      elements = node.find("elements");
      if (const Node* to = node.find("maps_to")) {
        Mapping mapping;
        mapping.to = text(*to);
        mapping.location = location_of(to->location);
        made.mappings.push_back(std::move(mapping));
      }
    }
    if (elements && elements->kind == Kind::Sequence) {
      for (const Node& element : elements->items) made.members.emplace_back(text(element));
    } else if (const auto count = elements ? number_in(*elements) : std::nullopt;
               count && *count >= 1 && *count <= static_cast<double>(kMaxDimensionElements)) {
      for (int i = 1; i <= static_cast<int>(*count); ++i) made.members.emplace_back(std::to_string(i));
    } else {
      fail(DiagnosticCode::WrongKind, "a dimension is a list of elements or their number", node.location);
    }
    model_.dimensions.push_back(std::move(made));
  }

  // The variable that `key` ("name" or "name[a, b]") gives one more equation. Variables whose parts are
  // given by several keys have one entry.
  Variable* begin_variable(VariableKind kind, const std::string& key, const FileLocation& location,
                           Equation& equation) {
    Expression left = take(formula::parse_left_hand_side(key, location));
    if (!left.present()) return nullptr;
    equation.subscripts = std::move(left.subscripts);
    equation.location = location_of(location);
    const auto [entry, is_new] = index_.try_emplace(left.name.key, model_.variables.size());
    if (!is_new) {
      Variable& known = model_.variables[entry->second];
      if (!equation.subscripts.empty() && known.kind == kind) return &known;
      fail(DiagnosticCode::DefinedTwice,
           "'" + key + "' is defined twice, first at line " + std::to_string(known.location.line), location);
      return nullptr;
    }
    Variable& made = model_.variables.emplace_back();
    made.name = std::move(left.name);
    made.kind = kind;
    made.location = location_of(location);
    return &made;
  }

  void common(Variable& variable, const Node& node) {
    if (const Node* units = node.find("units")) variable.units = text(*units);
    if (const Node* group = node.find("group")) variable.group = text(*group);
    if (const std::string doc = documentation(node); !doc.empty()) variable.documentation = doc;
    if (const Node* flag = node.find("non_negative")) variable.non_negative = truth(*flag);
    if (const Node* limits = node.find("limits")) read_limits(variable.limits, *limits);
    if (const Node* dimensions = node.find("dimensions")) read_dimensions(variable, *dimensions);
  }

  // For an array given by its elements, where those do not tell of which dimensions they are.
  void read_dimensions(Variable& variable, const Node& node) {
    if (node.kind != Kind::Sequence)
      return fail(DiagnosticCode::WrongKind, "a list of dimensions is expected here", node.location);
    variable.dimensions.clear();
    for (const Node& dimension : node.items) variable.dimensions.emplace_back(text(dimension));
  }

  void read_limits(Limits& limits, const Node& node) {
    if (node.kind != Kind::Sequence || node.items.size() != 2) {
      fail(DiagnosticCode::WrongKind, "limits are [low, high]; a missing side is null", node.location);
      return;
    }
    if (node.items[0].kind != Kind::Null) limits.low = finite_number(node.items[0]);
    if (node.items[1].kind != Kind::Null) limits.high = finite_number(node.items[1]);
  }

  void plain(VariableKind kind, const std::string& key, const FileLocation& location, const Node& node) {
    Equation equation;
    Variable* variable = begin_variable(kind, key, location, equation);
    if (!variable) return;
    if (node.kind == Kind::Mapping) {
      check_keys(node, Keys{"value", "equation", "units", "doc", "documentation", "limits", "group",
                            "non_negative", "dimensions"});
      common(*variable, node);
      const Node* value = node.find("value");
      if (!value) value = node.find("equation");
      if (value)
        equation.expression = expression(*value);
      else
        fail(DiagnosticCode::Missing, "'" + key + "' lacks the key 'value' or 'equation'", node.location);
    } else {
      equation.expression = expression(node);
    }
    variable->equations.push_back(std::move(equation));
  }

  void stock(const std::string& key, const FileLocation& location, const Node& node) {
    Equation equation;
    Variable* variable = begin_variable(VariableKind::Stock, key, location, equation);
    if (!variable) return;
    if (node.kind != Kind::Mapping) {
      fail(DiagnosticCode::WrongKind,
           "a stock has the keys initial and net, or initial, inflows and outflows", node.location);
      return;
    }
    check_keys(node, Keys{"initial", "inflows", "outflows", "net", "units", "doc", "documentation", "limits",
                          "group", "non_negative", "dimensions"});
    common(*variable, node);
    if (const Node* initial = node.find("initial"))
      equation.initial = expression(*initial);
    else
      fail(DiagnosticCode::Missing, "the stock '" + key + "' lacks the key 'initial'", node.location);
    const bool named_flows = node.find("inflows") || node.find("outflows");
    if (const Node* net = node.find("net")) {
      if (named_flows)
        fail(DiagnosticCode::WrongKind, "a stock has either 'net' or 'inflows' and 'outflows'",
             net->location);
      equation.expression = expression(*net);
    }
    if (const Node* flows = node.find("inflows")) read_flows(variable->inflows, *flows);
    if (const Node* flows = node.find("outflows")) read_flows(variable->outflows, *flows);
    // The flows that are named for one part of an array are those of all its elements.
    const bool shared_flows = !variable->inflows.empty() || !variable->outflows.empty();
    if (!equation.expression.present() && !named_flows && !shared_flows) equation.expression = number(0);
    variable->equations.push_back(std::move(equation));
  }

  void read_flows(std::vector<FlowName>& flows, const Node& node) {
    if (node.kind == Kind::Sequence) {
      for (const Node& flow : node.items) flows.emplace_back(text(flow), location_of(flow.location));
    } else if (node.kind == Kind::Scalar) {
      flows.emplace_back(node.text, location_of(node.location));
    } else {
      fail(DiagnosticCode::WrongKind, "a list of the names of flows is expected here", node.location);
    }
  }

  void lookup(VariableKind kind, const std::string& key, const FileLocation& location, const Node& node) {
    Equation equation;
    Variable* variable = begin_variable(kind, key, location, equation);
    if (!variable) return;
    Lookup table;
    const Node* points = &node;
    if (node.kind == Kind::Mapping) {
      check_keys(node,
                 Keys{"points", "mode", "units", "doc", "documentation", "limits", "group", "dimensions"});
      common(*variable, node);
      points = node.find("points");
      if (const Node* mode = node.find("mode")) read_mode(table, *mode);
    }
    if (points && points->kind == Kind::Sequence && !points->items.empty())
      read_points(table, *points);
    else
      fail(DiagnosticCode::Missing, "'" + key + "' needs points: [[x, y], [x, y], ...]", node.location);
    equation.tables.push_back(std::move(table));
    variable->equations.push_back(std::move(equation));
  }

  void read_mode(Lookup& table, const Node& node) {
    const std::string mode = text(node);
    if (mode == "extrapolate")
      table.mode = LookupMode::Extrapolate;
    else if (mode == "discrete")
      table.mode = LookupMode::Discrete;
    else if (mode != "continuous")
      fail(DiagnosticCode::UnknownWord,
           "unknown mode '" + mode + "'" + suggestion(mode, {"continuous", "extrapolate", "discrete"}),
           node.location);
  }

  void read_points(Lookup& table, const Node& points) {
    for (const Node& point : points.items) {
      if (point.kind == Kind::Sequence && point.items.size() == 2)
        table.points.push_back({finite_number(point.items[0]), finite_number(point.items[1])});
      else
        fail(DiagnosticCode::WrongKind, "a point is [x, y]", point.location);
    }
  }

  Model model_;
  std::unordered_map<std::string, std::size_t> index_;  // of variables, by key
  std::set<std::string> unread_;                        // names of entries with errors
  bool swallowed_ = false;                              // text that may have had any name in it
};

}  // namespace

PartlyRead read_partly(std::string_view text, const std::string& file_name) {
  auto document = flowyard::yaml::parse(file_name, text, {.bytes = kMaxModelBytes, .nodes = kMaxYamlValues});
  if (!document.readable) return {.errors = std::move(document.problems)};
  PartlyRead read = read_tree(document.root, file_name);
  read.errors.insert(read.errors.begin(), document.problems.begin(), document.problems.end());
  return read;
}

Results<Model> read(std::string_view text, const std::string& file_name) {
  PartlyRead partly = read_partly(text, file_name);
  if (!partly.errors.empty()) return std::move(partly.errors);
  return std::move(partly.model);
}

PartlyRead read_tree(const Node& root, const std::string& file_name) {
  return Reader(file_name).read(root);
}

}  // namespace flowyard::controller::model::yaml
