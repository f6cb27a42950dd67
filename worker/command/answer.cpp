#include "worker/command/answer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "common/base/number_text.hpp"
#include "common/base/suggest.hpp"
#include "common/base/text.hpp"
#include "worker/command/netcdf.hpp"
#include "worker/command/netcdf_answer.hpp"
#include "worker/engine/addressing.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::command {
namespace {

using nlohmann::json;

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

std::optional<double> special_number(std::string_view word) {
  const std::string low = lower(std::string(word));
  if (low == "nan" || low == "na" || low.empty()) return kNoNumber;
  if (low == "inf" || low == "infinity" || low == "+inf" || low == "+infinity")
    return std::numeric_limits<double>::infinity();
  if (low == "-inf" || low == "-infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

std::optional<double> number_in(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_null()) return kNoNumber;
  return value.is_string() ? special_number(value.get_ref<const std::string&>()) : std::nullopt;
}

// Python's json and R's jsonlite write NaN and Infinity bare, which JSON does not have: as texts it has them.
std::string with_quoted_specials(std::string_view text) {
  std::string quoted;
  bool in_text = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (in_text && c == '\\') {
      quoted += text.substr(at, 2);
      at += 2;
      continue;
    }
    if (c == '"') in_text = !in_text;
    bool taken = false;
    if (!in_text && (c == 'N' || c == 'I' || c == '-')) {
      for (const std::string_view word : {"NaN", "-Infinity", "Infinity", "NA"}) {
        if (!text.substr(at).starts_with(word)) continue;
        quoted += '"';
        quoted += word;
        quoted += '"';
        at += word.size();
        taken = true;
        break;
      }
    }
    if (!taken) {
      quoted += c;
      ++at;
    }
  }
  return quoted;
}

// Throws json::exception.
json parsed(std::string_view text) {
  return json::parse(with_quoted_specials(text));
}

// "parse error at line 1, column 2: ..." of "[json.exception.parse_error.101] parse error at ...".
std::string plain_message(const json::exception& error) {
  const std::string what = error.what();
  const auto end = what.find("] ");
  return end == std::string::npos ? what : what.substr(end + 2);
}

Result<std::vector<double>> numbers_in(const json& array, const std::string& name) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at < array.size(); ++at) {
    const auto number = number_in(array[at]);
    if (!number) return invalid("'" + name + "' has " + array[at].dump() + " where a number belongs");
    numbers.push_back(*number);
  }
  return numbers;
}

bool is_time(const std::string& key) {
  const std::string low = lower(key);
  return low == "time" || low == "times";
}

class ObjectReader {
 public:
  Result<Answer> read(const json& object) {
    if (!object.is_object()) return invalid("it is " + std::string(object.type_name()) + ", not an object");
    for (const auto& [key, value] : object.items()) {
      auto taken = Result<void>();
      if (key == "id") {
        answer_.id = value.is_string() ? value.get<std::string>() : value.dump();
      } else if (key == "error" && value.is_string()) {
        answer_.error = value.get<std::string>();
      } else if (is_time(key) && value.is_array()) {
        auto times = numbers_in(value, key);
        if (!times) return times.error();
        answer_.times = std::move(*times);
      } else if ((key == "outcomes" || key == "series") && value.is_object()) {
        for (const auto& [name, member] : value.items())
          if (taken = member_of(name, member); !taken) return taken.error();
      } else {
        taken = member_of(key, value);
      }
      if (!taken) return taken.error();
    }
    return std::move(answer_);
  }

 private:
  Result<void> member_of(const std::string& name, const json& value) {
    if (const auto number = number_in(value)) {
      answer_.numbers[name] = *number;
    } else if (value.is_array()) {
      return take_elements(name, "", value);
    } else if (value.is_object() && value.contains("values")) {
      if (value.contains("times")) {
        auto times = numbers_in(value["times"], name + ".times");
        if (!times) return times.error();
        answer_.series[name].times = std::move(*times);
      }
      return take_values(name, value["values"]);
    } else if (value.is_object()) {
      return take_values(name, value);
    }
    return {};  // text beside the numbers is ignored
  }

  Result<void> take_values(const std::string& name, const json& values) {
    if (!values.is_object()) return take_elements(name, "", values);
    return take_subscripts(name, "", values);
  }

  // One subscript within another: {"north": {"young": [..]}} has the element "north,young".
  Result<void> take_subscripts(const std::string& name, const std::string& outer, const json& values) {
    for (const auto& [subscript, inner] : values.items()) {
      const std::string element = outer.empty() ? subscript : outer + "," + subscript;
      auto taken =
          inner.is_object() ? take_subscripts(name, element, inner) : take_elements(name, element, inner);
      if (!taken) return taken;
    }
    return {};
  }

  Result<void> take_elements(const std::string& name, const std::string& element, const json& row) {
    const json list = row.is_array() ? row : json::array({row});
    auto numbers = numbers_in(list, element.empty() ? name : name + "[" + element + "]");
    if (!numbers) return numbers.error();
    answer_.series[name].elements[element] = std::move(*numbers);
    return {};
  }

  Answer answer_;
};

// --- CSV

// Whether a subscript is open: the comma of stock[north,young] ends no cell.
bool within(const std::string& cell) {
  return cell.find('[') != std::string::npos && cell.find(']') == std::string::npos;
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"' && quoted && at + 1 < line.size() && line[at + 1] == '"') {
      cells.back() += line[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted && !within(cells.back())) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (auto& cell : cells) cell = std::string(trimmed(cell));
  return cells;
}

std::optional<double> number_in(const std::string& cell) {
  double number = 0;
  const char* end = cell.data() + cell.size();
  const char* begin = cell.starts_with('+') ? cell.data() + 1 : cell.data();
  const auto read = std::from_chars(begin, end, number);
  if (read.ec == std::errc() && read.ptr == end && !cell.empty()) return number;
  return special_number(cell);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

Result<Answer> read_csv(std::string_view text) {
  const auto lines = lines_of(text);
  const auto names = cells_of(lines.front());
  if (lines.size() < 2) return invalid("it has names and no line of numbers below them");
  std::vector<std::vector<double>> columns(names.size());
  for (std::size_t row = 1; row < lines.size(); ++row) {
    const auto cells = cells_of(lines[row]);
    if (cells.size() != names.size())
      return invalid("line " + std::to_string(row + 1) + " has " + std::to_string(cells.size()) +
                     " cells, and the first line " + std::to_string(names.size()) + " names");
    for (std::size_t at = 0; at < cells.size(); ++at) {
      const auto number = number_in(cells[at]);
      if (!number)
        return invalid("line " + std::to_string(row + 1) + ", column '" + names[at] + "': '" + cells[at] +
                       "' is not a number");
      columns[at].push_back(*number);
    }
  }
  Answer answer;
  const bool has_times = std::any_of(names.begin(), names.end(), is_time);
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (is_time(names[at])) {
      answer.times = columns[at];
    } else if (!has_times && lines.size() == 2) {
      answer.numbers[names[at]] = columns[at].front();
    } else {
      const auto parts = engine::parts_of(names[at]);
      answer.series[parts.name].elements[parts.element] = columns[at];
    }
  }
  return answer;
}

template <class Named>
auto find_named(const Named& all, const std::string& name) {
  return std::find_if(all.begin(), all.end(),
                      [&](const auto& entry) { return engine::same_name(entry.first, name); });
}

template <class Named>
Error absent(const char* what, const std::string& name, const Named& all) {
  std::vector<std::string> names;
  for (const auto& [key, value] : all) names.push_back(key);
  std::string text = "it has no " + std::string(what) + " '" + name + "'" + suggestion(name, names);
  if (names.empty()) text += " (it has none)";
  return invalid(text);
}

// The value at `time` of points that rise, as the interpolation says; nothing where there is none.
std::optional<double> value_at(const std::vector<double>& times, const std::vector<double>& values,
                               double time, double apart, Interpolate interpolate) {
  const auto after = std::lower_bound(times.begin(), times.end(), time);
  for (const auto near : {after, after == times.begin() ? after : std::prev(after)}) {
    if (near != times.end() && engine::is_same_save(*near, time, apart))
      return values[static_cast<std::size_t>(near - times.begin())];
  }
  if (interpolate == Interpolate::None || after == times.begin() || after == times.end()) return std::nullopt;
  const auto right = static_cast<std::size_t>(after - times.begin());
  const double share = (time - times[right - 1]) / (times[right] - times[right - 1]);
  return values[right - 1] + share * (values[right] - values[right - 1]);
}

}  // namespace

bool looks_like_an_object(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  const auto end = line.find_last_not_of(" \t\r\n");
  return begin != std::string_view::npos && line[begin] == '{' && line[end] == '}';
}

std::optional<double> progress_in(std::string_view line) {
  if (!looks_like_an_object(line) || line.size() > 200) return std::nullopt;
  const auto object = json::parse(line, nullptr, false);
  if (!object.is_object() || object.size() != 1 || !object.contains("progress")) return std::nullopt;
  const auto share = number_in(object["progress"]);
  return share && *share >= 0 && *share <= 1 ? share : std::nullopt;
}

Result<Answer> read_answer(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (looks_like_netcdf(text)) return read_netcdf_answer(text);
  if (begin == std::string_view::npos) return invalid("it is empty");
  if (text[begin] != '{' && text[begin] != '[') return read_csv(text.substr(begin));
  try {
    return ObjectReader().read(parsed(text));
  } catch (const json::exception& error) {
    return invalid("it is not JSON: " + plain_message(error));
  }
}

Result<std::vector<double>> series_at(const Answer& answer, const std::string& name,
                                      const std::vector<std::string>& elements,
                                      const std::vector<double>& times, Interpolate interpolate) {
  const auto found = find_named(answer.series, name);
  if (found == answer.series.end()) {
    // A series of a single time is a number, too.
    const auto number = find_named(answer.numbers, name);
    if (number == answer.numbers.end() || times.size() != 1 || elements.size() > 1)
      return absent("series", name, answer.series);
    return std::vector<double>{number->second};
  }
  const auto& given = found->second.times.empty() ? answer.times : found->second.times;
  if (std::adjacent_find(given.begin(), given.end(), std::greater_equal<>()) != given.end())
    return invalid("the times of '" + name + "' do not rise");
  const double apart = times.size() > 1 ? times[1] - times[0] : 1;
  std::vector<double> values(times.size() * elements.size());
  for (std::size_t e = 0; e < elements.size(); ++e) {
    const auto& rows = found->second.elements;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& entry) {
      return engine::same_element(entry.first, elements[e]);
    });
    if (row == rows.end()) {
      return elements[e].empty() ? invalid("'" + name + "' is by subscript, and was to be one series")
                                 : absent(("element of '" + name + "' called").c_str(), elements[e], rows);
    }
    const auto& from = row->second;
    if (given.empty()) {
      if (from.size() != times.size())
        return invalid("'" + name + "' has " + std::to_string(from.size()) +
                       " values, and the experiment saves " + std::to_string(times.size()) +
                       " times; give \"times\" if they are others");
      for (std::size_t t = 0; t < times.size(); ++t) values[t * elements.size() + e] = from[t];
      continue;
    }
    if (from.size() != given.size())
      return invalid("'" + name + "' has " + std::to_string(from.size()) + " values for " +
                     std::to_string(given.size()) + " times");
    for (std::size_t t = 0; t < times.size(); ++t) {
      const auto value = value_at(given, from, times[t], apart, interpolate);
      if (!value)
        return invalid("'" + name + "' has no value at time " + number_text(times[t]) +
                       (interpolate == Interpolate::None
                            ? ", which the experiment saves (interpolate: linear takes what lies around it)"
                            : ", which lies outside its times"));
      values[t * elements.size() + e] = *value;
    }
  }
  return values;
}

Result<double> number_of(const Answer& answer, const std::string& name) {
  const auto found = find_named(answer.numbers, name);
  if (found == answer.numbers.end()) return absent("outcome", name, answer.numbers);
  return found->second;
}

}  // namespace flowyard::worker::command
