#include "controller/experiment/file/distribution_reader.hpp"

#include <algorithm>
#include <array>

#include "controller/experiment/design/sampler.hpp"
#include "controller/experiment/file/fields.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using experiment::Distribution;
using experiment::Random;

struct Form {
  Distribution distribution;
  std::size_t numbers;  // 0: any, at least one
  const char* meaning;
};

constexpr std::array<Form, 11> kForms{{
    {Distribution::Uniform, 2, "[low, high]"},
    {Distribution::LogUniform, 2, "[low, high]"},
    {Distribution::Normal, 2, "[mean, standard deviation]"},
    {Distribution::LogNormal, 2, "[mean, standard deviation] of the logarithm"},
    {Distribution::Triangular, 3, "[min, mode, max]"},
    {Distribution::Beta, 2, "[a, b]"},
    {Distribution::Gamma, 2, "[shape, scale]"},
    {Distribution::Exponential, 1, "[mean]"},
    {Distribution::Poisson, 1, "[mean]"},
    {Distribution::Integers, 2, "[lowest, highest]"},
    {Distribution::Choice, 0, "a list of values"},
}};

const Form& form_of(const std::string& name) {
  return *std::find_if(kForms.begin(), kForms.end(),
                       [&](const Form& form) { return name == to_string(form.distribution); });
}

// The distribution's numbers, put where they belong.
bool read_numbers(const yaml::Node& node, const Form& form, const std::string& what, Random& random,
                  model::Diagnostics& found) {
  std::vector<double> numbers;
  if (form.numbers == 1 && node.is_scalar()) {
    const auto number = number_in(node, what, found);
    if (!number) return false;
    numbers.push_back(*number);
  } else {
    auto list = numbers_in(node, what, found);
    if (!list) return false;
    numbers = std::move(*list);
  }
  if (form.numbers == 0) {
    random.choices = std::move(numbers);
    return true;
  }
  if (numbers.size() != form.numbers) {
    found.error(node.location, DiagnosticCode::WrongArity,
                what + " takes " + form.meaning + ", not " + std::to_string(numbers.size()) +
                    (numbers.size() == 1 ? " number" : " numbers"));
    return false;
  }
  numbers.resize(3);
  random.a = numbers[0];
  random.b = numbers[1];
  random.c = numbers[2];
  return true;
}

}  // namespace

std::vector<std::string> distribution_names() {
  std::vector<std::string> names;
  for (const auto& form : kForms) names.emplace_back(to_string(form.distribution));
  return names;
}

std::optional<experiment::ParameterValue> read_distribution(const yaml::Node& node, const yaml::Entry& shape,
                                                            const std::string& what,
                                                            model::Diagnostics& found) {
  const Form& form = form_of(shape.key);
  Random random;
  random.distribution = form.distribution;
  Fields fields(node, what, found);
  fields.find(shape.key.c_str());
  bool good = read_numbers(shape.value, form, "'" + shape.key + "' of " + what, random, found);
  const bool truncates =
      form.distribution != Distribution::Choice && form.distribution != Distribution::Integers;
  for (const char* key : {"min", "max"}) {
    const yaml::Node* bound = truncates ? fields.find(key) : nullptr;
    if (bound == nullptr) continue;
    const auto number = number_in(*bound, "'" + std::string(key) + "' of " + what, found);
    (key[1] == 'i' ? random.min : random.max) = number;
    good = good && number.has_value();
  }
  if (const yaml::Node* weights =
          form.distribution == Distribution::Choice ? fields.find("weights") : nullptr) {
    auto numbers = numbers_in(*weights, "'weights' of " + what, found);
    good = good && numbers.has_value();
    if (numbers) random.weights = std::move(*numbers);
  }
  fields.no_others();
  if (!good) return std::nullopt;
  if (const auto sampler = design::Sampler::create(random); !sampler) {
    found.error(shape.value.location, DiagnosticCode::WrongValue, what + ": " + sampler.error().message);
    return std::nullopt;
  }
  return random;
}

}  // namespace flowyard::controller::experiment::file
