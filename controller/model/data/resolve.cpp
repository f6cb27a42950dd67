#include "controller/model/data/resolve.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/data/layout.hpp"

namespace flowyard::controller::model::data {
namespace {

using Kind = ExternalReference::Kind;

bool is_external(const Expression& expression) {
  return expression.kind == Expression::Kind::External && expression.external;
}

template <class Visit>
void each_within(const Expression& expression, Visit visit) {
  if (is_external(expression)) visit(*expression.external, expression.location);
  for (const auto& argument : expression.arguments) each_within(argument, visit);
}

// Calls `visit(reference, place)` for each, dimensions first.
template <class Visit>
void each_reference(const Model& model, Visit visit) {
  for (const auto& dimension : model.dimensions)
    if (dimension.external) visit(*dimension.external, dimension.location);
  const auto of = [&](const std::vector<Variable>& variables) {
    for (const auto& variable : variables) {
      for (const auto& equation : variable.equations) {
        each_within(equation.expression, visit);
        each_within(equation.initial, visit);
      }
    }
  };
  of(model.variables);
  for (const auto& macro : model.macros) of(macro.variables);
}

Error in_sheet(Error error, const ExternalReference& from) {
  return std::move(error).within("reading " + from.file + ":" + from.tab);
}

class Resolver {
 public:
  Resolver(Model& model, const FileSource& source) : model_(model), files_(source) {}

  Errors run() {
    for (auto& dimension : model_.dimensions)
      if (dimension.external) replace(dimension);
    for (const auto& dimension : model_.dimensions) dimensions_.emplace(dimension.name.key, &dimension);
    replace_all(model_.variables);
    for (auto& macro : model_.macros) replace_all(macro.variables);
    return std::move(errors_);
  }

 private:
  void fail(Error error, SourceLocation location) {
    error.location = source_location(model_, location);
    // A file that cannot be read is one error, however often it is named.
    const bool told = std::any_of(errors_.begin(), errors_.end(), [&](const Error& known) {
      return known.message == error.message && known.context == error.context && !error.context.empty();
    });
    if (!told) errors_.push_back(std::move(error));
  }

  // A placeholder replaces the numbers, so that the rest of the model can be checked.
  void fail(Error error, SourceLocation location, Variable& variable, Equation& equation) {
    fail(std::move(error), location);
    const Kind kind = equation.expression.external->kind;
    equation.expression = kind == Kind::Constants ? number(0, location) : Expression{};
    if (kind == Kind::Constants) return;
    variable.kind = kind == Kind::Data ? VariableKind::Data : VariableKind::Lookup;
    equation.tables = {{.points = {{0, 0}}}};
  }

  void replace(Dimension& dimension) {
    const auto opened = files_.open(dimension.external->file, dimension.external->tab);
    if (!opened) return fail(opened.error(), dimension.location);
    auto elements = elements_at(*opened, *dimension.external);
    if (!elements) return fail(in_sheet(elements.error(), *dimension.external), dimension.location);
    dimension.members = std::move(*elements);
    dimension.external.reset();
  }

  void replace_all(std::vector<Variable>& variables) {
    std::vector<Variable> made;
    for (auto& variable : variables) {
      for (auto& equation : variable.equations) {
        // A number of a stock is its initial value, and not a variable's.
        take_out(equation.initial, variable, equation, made);
        for (auto& argument : equation.expression.arguments) take_out(argument, variable, equation, made);
      }
    }
    for (auto& variable : made) variables.push_back(std::move(variable));
    for (auto& variable : variables)
      for (auto& equation : variable.equations)
        if (is_external(equation.expression)) replace(variable, equation);
  }

  // A call inside a larger formula becomes a variable of its own, with the same left-hand side, that is named
  // after where the numbers come from.
  void take_out(Expression& e, const Variable& variable, const Equation& equation,
                std::vector<Variable>& made) {
    for (auto& argument : e.arguments) take_out(argument, variable, equation, made);
    if (!is_external(e)) return;
    const Kind kind = e.external->kind;
    if (kind != Kind::Data && kind != Kind::Constants)
      return fail(invalid(DiagnosticCode::Unsupported,
                          "tables and subscripts cannot be read from a file inside a formula"),
                  e.location);
    Variable own;
    own.name = Name(variable.name.display + " from " + e.external->file + " " + e.external->tab + " " +
                    e.external->cell + " " + std::to_string(made.size() + 1));
    own.kind = kind == Kind::Data ? VariableKind::Data : VariableKind::Auxiliary;
    own.dimensions = variable.dimensions;
    own.units = variable.units;
    own.group = variable.group;
    own.location = e.location;
    Equation numbers;
    numbers.subscripts = equation.subscripts;
    numbers.except = equation.except;
    numbers.location = e.location;
    const SourceLocation location = e.location;
    numbers.expression = std::move(e);
    own.equations.push_back(std::move(numbers));
    e = reference(own.name, equation.subscripts, location);
    made.push_back(std::move(own));
  }

  void replace(Variable& variable, Equation& equation) {
    const auto reference = equation.expression.external;
    const SourceLocation location = equation.expression.location;
    const auto opened = files_.open(reference->file, reference->tab);
    if (!opened) return fail(opened.error(), location, variable, equation);
    const auto sizes = sizes_of(variable, equation);
    if (reference->kind == Kind::Constants) {
      const auto constants = constants_at(*opened, *reference, sizes);
      if (!constants) return fail(in_sheet(constants.error(), *reference), location, variable, equation);
      warn_of_empty(*constants, variable, *reference, location);
      equation.expression = expression_of(constants->numbers, location);
      return;
    }
    std::size_t count = 1;
    for (const std::size_t size : sizes) count *= std::min(size, kMaxCells / std::max<std::size_t>(count, 1));
    auto tables = tables_at(*opened, *reference, count);
    if (!tables) return fail(in_sheet(tables.error(), *reference), location, variable, equation);
    variable.kind = reference->kind == Kind::Data ? VariableKind::Data : VariableKind::Lookup;
    warn_of_texts(*tables, variable, *reference, location);
    equation.tables = std::move(tables->lookups);
    equation.expression = {};
  }

  void warn_of_texts(const Tables& tables, const Variable& variable, const ExternalReference& from,
                     SourceLocation location) {
    if (tables.texts == 0) return;
    const std::size_t others = tables.texts - 1;
    model_.warnings.push_back({"'" + variable.name.display + "' has no number in " + from.file + ":" +
                                   from.tab + ":" + tables.first_text +
                                   (others > 0 ? " and " + std::to_string(others) + " more cells" : "") +
                                   ": passed over, as if empty",
                               location, DiagnosticCode::BadNumber});
  }

  void warn_of_empty(const Constants& constants, const Variable& variable, const ExternalReference& from,
                     SourceLocation location) {
    if (constants.empty == 0) return;
    const std::size_t others = constants.empty - 1;
    model_.warnings.push_back({"there is no number for '" + variable.name.display + "' in " + from.file +
                                   ":" + from.tab + ":" + constants.first_empty +
                                   (others > 0 ? " and " + std::to_string(others) + " more cells" : "") +
                                   ": not available (:NA:)",
                               location, DiagnosticCode::NoData});
  }

  static Expression expression_of(const std::vector<std::optional<double>>& numbers,
                                  SourceLocation location) {
    std::vector<Expression> values;
    for (const auto& value : numbers)
      values.push_back(value ? number(*value, location) : not_available(location));
    if (values.size() == 1) return values.front();
    const auto length = static_cast<int>(values.size());
    return array_literal(std::move(values), length, location);
  }

  std::vector<std::size_t> sizes_of(const Variable& variable, const Equation& equation) const {
    std::vector<std::size_t> sizes;
    for (const auto& subscript : equation.subscripts) sizes.push_back(size_of(subscript.name.key, 0));
    if (equation.subscripts.empty())
      for (const auto& dimension : variable.dimensions) sizes.push_back(size_of(dimension.key, 0));
    return sizes;
  }

  // The elements of a dimension; 1 for an element. Circles among dimensions are the compiler's to report.
  std::size_t size_of(const std::string& key, int depth) const {
    const auto found = dimensions_.find(key);
    if (found == dimensions_.end() || depth > 50) return 1;
    const Dimension& dimension = *found->second;
    if (!dimension.alias_of.empty()) return size_of(dimension.alias_of.key, depth + 1);
    std::size_t size = 0;
    for (const auto& member : dimension.members) {
      size += member.key == key ? 1 : size_of(member.key, depth + 1);
      if (size > kMaxDimensionElements) break;
    }
    return size;
  }

  Model& model_;
  Files files_;
  std::map<std::string, const Dimension*> dimensions_;
  Errors errors_;
};

}  // namespace

std::string beside(const std::string& model_file, const std::string& named) {
  std::string path = named;
  std::replace(path.begin(), path.end(), '\\', '/');
  return (std::filesystem::path(model_file).parent_path() / path).lexically_normal().string();
}

std::vector<std::string> paths_of(const std::string& path) {
  const std::filesystem::path all(path);
  const std::string name = all.filename().string();
  if (!name.starts_with('?')) return {path};
  std::vector<std::string> paths;
  for (const char* ending : {".xlsx", ".xls", ".csv", ".tab", ".tsv", ".txt"})
    paths.push_back((all.parent_path() / (name.substr(1) + ending)).string());
  return paths;
}

std::vector<Reference> files_of(const Model& model) {
  std::vector<Reference> files;
  std::set<std::string> seen;
  each_reference(model, [&](const ExternalReference& reference, SourceLocation location) {
    if (seen.insert(reference.file).second)
      files.push_back({reference.file, source_location(model, location)});
  });
  return files;
}

PartlyRead resolve_partly(Model model, const FileSource& source) {
  PartlyRead partly{.model = std::move(model)};
  partly.errors = Resolver(partly.model, source).run();
  const auto& dimensions = partly.model.dimensions;
  partly.worth_compiling = std::none_of(dimensions.begin(), dimensions.end(), [](const Dimension& dimension) {
    return dimension.external.has_value();
  });
  return partly;
}

Results<Model> resolve(Model model, const FileSource& source) {
  auto partly = resolve_partly(std::move(model), source);
  if (!partly.errors.empty()) return std::move(partly.errors);
  return std::move(partly.model);
}

}  // namespace flowyard::controller::model::data
