#include "controller/model/vensim/settings.hpp"

#include <charconv>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/text.hpp"

namespace flowyard::controller::model::vensim {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// The fourth number: 0 Euler, 1 and 5 fourth-order Runge-Kutta with steps of its own and with the model's, 3
// and 4 second-order; 2, difference equations, is Euler's arithmetic.
Method method_in(std::string_view numbers) {
  const auto parts = split(numbers, ',');
  int code = 0;
  if (parts.size() > 3) {
    const std::string_view text = trimmed(parts[3]);
    std::from_chars(text.data(), text.data() + text.size(), code);
  }
  switch (code) {
    case 1:
      return Method::RungeKuttaAuto;
    case 3:
    case 4:
      return Method::RungeKutta2;
    case 5:
      return Method::RungeKutta4;
    default:
      return Method::Euler;
  }
}

class Aliases {
 public:
  void add(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    files_[std::string(trimmed(line.substr(0, equals)))] = std::string(trimmed(line.substr(equals + 1)));
  }

  void apply(Model& model) const {
    if (files_.empty()) return;
    for (Dimension& dimension : model.dimensions)
      if (dimension.external) apply(dimension.external->file);
    const auto all = [this](std::vector<Variable>& variables) {
      for (Variable& variable : variables) {
        for (Equation& equation : variable.equations) {
          apply(equation.expression);
          apply(equation.initial);
        }
      }
    };
    all(model.variables);
    for (Macro& macro : model.macros) all(macro.variables);
  }

 private:
  void apply(std::string& file) const {
    if (const auto found = files_.find(file); found != files_.end()) file = found->second;
  }

  // As deep as a tree may be, which the parser limits.
  void apply(Expression& e) const {
    for (Expression& argument : e.arguments) apply(argument);
    if (e.kind != Expression::Kind::External || !files_.contains(e.external->file)) return;
    ExternalReference renamed = *e.external;
    apply(renamed.file);
    e.external = std::make_shared<const ExternalReference>(std::move(renamed));
  }

  std::map<std::string, std::string> files_;
};

// Behind the last mark; the character 0x7F in it is lost in files rewritten by other programs.
std::size_t settings_begin(std::string_view text) {
  constexpr std::string_view kMark = "<%^E!@";
  std::size_t begin = std::string_view::npos;
  for (std::size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    const std::string_view before = text.substr(0, at);
    if (before.ends_with(":L\x7F") || before.ends_with(":L")) begin = at + kMark.size();
  }
  return begin;
}

}  // namespace

void read_settings(std::string_view text, Model& model) {
  const std::size_t begin = settings_begin(text);
  if (begin == std::string_view::npos) return;
  Aliases aliases;
  for (const std::string_view line : split(text.substr(begin), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view code = trimmed(line.substr(0, colon));
    const std::string_view rest = line.substr(colon + 1);
    if (code == "15") model.time.method = method_in(rest);
    if (code == "30") aliases.add(rest);
    if (code != "22") continue;
    std::vector<std::string> same;
    for (const std::string_view unit : split(rest, ','))
      if (!trimmed(unit).empty()) same.emplace_back(trimmed(unit));
    if (same.size() > 1) model.unit_equivalents.push_back(std::move(same));
  }
  aliases.apply(model);
}

}  // namespace flowyard::controller::model::vensim
