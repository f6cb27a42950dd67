#include <algorithm>

#include "docker/client/containers.hpp"

namespace flowyard::docker {
namespace {

class Differences {
 public:
  void expect(const char* what, std::int64_t asked, std::int64_t got) {
    if (asked != 0 && asked != got) add(what, std::to_string(asked), std::to_string(got));
  }
  void expect(const char* what, const std::string& asked, const std::string& got) {
    if (!asked.empty() && asked != got) add(what, asked, got.empty() ? "nothing" : got);
  }
  void expect_set(const char* what, bool asked, bool got) {
    if (asked && !got) add(what, "on", "off");
  }
  void expect_all(const char* what, const std::vector<std::string>& asked,
                  const std::vector<std::string>& got) {
    for (const auto& value : asked) {
      if (std::find(got.begin(), got.end(), value) == got.end()) add(what, value, "not set");
    }
  }
  void add(const std::string& what, const std::string& asked, const std::string& got) {
    found_.push_back(what + ": asked for " + asked + ", got " + got);
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> settings_not_applied(const CreateContainer& asked, const ContainerDetails& got) {
  Differences differences;
  differences.expect("memory", asked.memory, got.memory);
  differences.expect("memory and swap", asked.memory_swap, got.memory_swap);
  differences.expect("nano CPUs", asked.nano_cpus, got.nano_cpus);
  differences.expect("pids limit", asked.pids_limit, got.pids_limit);
  differences.expect("user", asked.user, got.user);
  differences.expect("network mode", asked.network_mode, got.network_mode);
  differences.expect_set("read-only root", asked.read_only_rootfs, got.read_only_rootfs);
  differences.expect_set("init", asked.init, got.init);
  differences.expect_all("dropped capabilities", asked.cap_drop, got.cap_drop);
  differences.expect_all("security options", asked.security_opts, got.security_opts);
  for (const auto& limit : asked.ulimits) {
    if (std::find(got.ulimits.begin(), got.ulimits.end(), limit) == got.ulimits.end()) {
      differences.add("ulimit " + limit.name, std::to_string(limit.soft), "not set");
    }
  }
  for (const auto& mount : asked.mounts) {
    if (std::find(got.mounts.begin(), got.mounts.end(), mount) == got.mounts.end()) {
      differences.add("mount " + mount.target, mount.source, "not mounted so");
    }
  }
  return differences.take();
}

}  // namespace flowyard::docker
