#include "worker/command/netcdf_answer.hpp"

#include "common/base/number_text.hpp"
#include "common/base/text.hpp"
#include "worker/command/netcdf.hpp"

namespace flowyard::worker::command {
namespace {

bool is_time_name(const std::string& name) {
  const std::string low = lower(name);
  return low == "time" || low == "times";
}

std::vector<std::string> labels_of(const NetcdfFile& file, std::size_t dimension) {
  const auto& [name, length] = file.dimensions[dimension];
  const auto* variable = file.find(name);
  std::vector<std::string> labels;
  for (std::size_t e = 0; e < length; ++e) {
    if (variable == nullptr || variable->dimensions.empty() || variable->dimensions.front() != dimension) {
      labels.push_back(std::to_string(e + 1));
    } else if (!variable->characters.empty()) {
      const auto width = variable->characters.size() / length;
      auto label = variable->characters.substr(e * width, width);
      label.resize(label.find_last_not_of(std::string_view(" \0", 2)) + 1);
      labels.push_back(std::move(label));
    } else {
      labels.push_back(number_text(variable->numbers.at(e)));
    }
  }
  return labels;
}

class AnswerOf {
 public:
  explicit AnswerOf(const NetcdfFile& file) : file_(file) {}

  Answer read() {
    for (const auto& variable : file_.variables) take(variable);
    return std::move(answer_);
  }

 private:
  bool is_time(std::size_t dimension) const { return is_time_name(file_.dimensions[dimension].name); }
  bool is_coordinate(const NetcdfVariable& variable) const {
    return variable.dimensions.size() == 1 && file_.dimensions[variable.dimensions[0]].name == variable.name;
  }

  void take(const NetcdfVariable& variable) {
    if (!variable.characters.empty()) return;
    if (is_time_name(variable.name) && variable.dimensions.size() == 1) {
      answer_.times = variable.numbers;
    } else if (variable.dimensions.empty()) {
      if (!variable.numbers.empty()) answer_.numbers[variable.name] = variable.numbers.front();
    } else if (!is_coordinate(variable)) {
      take_series(variable);
    }
  }

  void take_series(const NetcdfVariable& variable) {
    auto& elements = answer_.series[variable.name].elements;
    const auto& dimensions = variable.dimensions;
    // A list of numbers, as in JSON, where nothing says what its dimension is.
    if (dimensions.size() == 1 && file_.find(file_.dimensions[dimensions[0]].name) == nullptr) {
      elements[""] = variable.numbers;
      return;
    }
    std::vector<std::vector<std::string>> labels;
    for (const auto dimension : dimensions)
      labels.push_back(is_time(dimension) ? std::vector<std::string>(file_.dimensions[dimension].length)
                                          : labels_of(file_, dimension));
    std::vector<std::size_t> at(dimensions.size());
    for (const double value : variable.numbers) {
      std::string element;
      for (std::size_t d = 0; d < at.size(); ++d)
        if (!is_time(dimensions[d])) element += (element.empty() ? "" : ",") + labels[d][at[d]];
      elements[element].push_back(value);
      for (std::size_t d = at.size(); d-- > 0;) {
        if (++at[d] < labels[d].size()) break;
        at[d] = 0;
      }
    }
  }

  const NetcdfFile& file_;
  Answer answer_;
};

}  // namespace

Result<Answer> read_netcdf_answer(std::string_view bytes) {
  const auto file = read_netcdf(bytes);
  if (!file) return file.error();
  return AnswerOf(*file).read();
}

}  // namespace flowyard::worker::command
