#include "common/base/descriptor_limit.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

namespace flowyard {
namespace {

class DescriptorLimit : public testing::Test {
 protected:
  DescriptorLimit() { ::getrlimit(RLIMIT_NOFILE, &before_); }
  ~DescriptorLimit() override { ::setrlimit(RLIMIT_NOFILE, &before_); }

  void lower_to(rlim_t soft) const {
    rlimit limit = before_;
    limit.rlim_cur = soft;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }

  rlimit before_{};
};

TEST_F(DescriptorLimit, IsRaisedToTheHardOneAndRemembersTheOneAtTheStart) {
  const auto inherited = inherited_descriptor_limit();
  EXPECT_EQ(inherited, before_.rlim_cur);
  lower_to(200);
  EXPECT_EQ(descriptor_limit(), 200u);
  raise_descriptor_limit();
  EXPECT_EQ(descriptor_limit(), before_.rlim_max);
  EXPECT_EQ(inherited_descriptor_limit(), inherited);
}

TEST_F(DescriptorLimit, KeepsTheTopmostDescriptorsForOthers) {
  lower_to(100);
  std::vector<int> open;
  while (descriptors_remain(20)) open.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(open.back(), 79);
  // A hole is filled, and the spare ones are still not touched.
  ::close(open[3]);
  EXPECT_TRUE(descriptors_remain(20));
  open[3] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_FALSE(descriptors_remain(20));
  EXPECT_TRUE(descriptors_remain(0));
  for (int descriptor = open.back(); descriptor >= 0 && open.size() < 200;) {
    descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) open.push_back(descriptor);
  }
  EXPECT_FALSE(descriptors_remain(0));
  for (int descriptor : open) ::close(descriptor);
}

TEST_F(DescriptorLimit, TellsAShortageFromOtherFailures) {
  EXPECT_TRUE(is_shortage(std::system_error(EMFILE, std::generic_category(), "open")));
  EXPECT_TRUE(is_shortage(std::system_error(ENOSPC, std::generic_category(), "write")));
  EXPECT_TRUE(is_shortage(
      boost::system::system_error(boost::system::error_code(ENFILE, boost::system::system_category()))));
  EXPECT_FALSE(is_shortage(std::system_error(ENOENT, std::generic_category(), "open")));
  EXPECT_FALSE(is_shortage(std::runtime_error("Too many open files")));
}

}  // namespace
}  // namespace flowyard
