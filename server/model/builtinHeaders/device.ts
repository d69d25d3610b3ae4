/** Devices and files, as far as a driver that lies alone needs them to be read. */
export const deviceHeader = `
#ifndef KEXEC_HANDOVER_DEVICE_H
#define KEXEC_HANDOVER_DEVICE_H
#include <kexec-handover/memory.h>
#include <kexec-handover/initcalls.h>

#ifndef KEXEC_HANDOVER_TREE
struct kobject { const char *name; struct list_head entry; struct kobject *parent; void *kset, *ktype, *sd; struct kref kref; unsigned int state; };
struct attribute { const char *name; umode_t mode; };
struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count);
};
struct device_node;
struct fwnode_handle;
struct device_driver { const char *name; struct bus_type *bus; struct module *owner; const void *of_match_table; const void *pm; };
struct device {
	struct kobject kobj;
	struct device *parent;
	struct bus_type *bus;
	struct device_driver *driver;
	void *platform_data;
	void *driver_data;
	struct mutex mutex;
	struct device_node *of_node;
	struct fwnode_handle *fwnode;
	dev_t devt;
	u32 id;
	void (*release)(struct device *dev);
};
struct class;
struct resource { resource_size_t start, end; const char *name; unsigned long flags, desc; struct resource *parent, *sibling, *child; };
struct platform_device { const char *name; int id; bool id_auto; struct device dev; u32 num_resources; struct resource *resource; };
struct platform_driver {
	int (*probe)(struct platform_device *pdev);
	void (*remove)(struct platform_device *pdev);
	void (*shutdown)(struct platform_device *pdev);
	struct device_driver driver;
};
struct pci_dev { struct list_head bus_list; struct pci_bus *bus; unsigned int devfn; unsigned short vendor, device; unsigned int irq; struct device dev; };
struct pci_device_id { u32 vendor, device, subvendor, subdevice, class, class_mask; kernel_ulong_t driver_data; };
struct of_device_id { char name[32], type[32], compatible[128]; const void *data; };
struct miscdevice { int minor; const char *name; const struct file_operations *fops; struct list_head list; struct device *parent, *this_device; };
#endif

void *dev_get_drvdata(const struct device *dev);
void dev_set_drvdata(struct device *dev, void *data);
const char *dev_name(const struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp);
void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp);
void *platform_get_drvdata(const struct platform_device *pdev);
void platform_set_drvdata(struct platform_device *pdev, void *data);
int platform_driver_register(struct platform_driver *driver);
void platform_driver_unregister(struct platform_driver *driver);
void *pci_get_drvdata(struct pci_dev *pdev);
void pci_set_drvdata(struct pci_dev *pdev, void *data);
int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);
int device_register(struct device *dev);
void device_unregister(struct device *dev);
#define to_platform_device(d) container_of(d, struct platform_device, dev)
#define to_pci_dev(d) container_of(d, struct pci_dev, dev)
#define MISC_DYNAMIC_MINOR 255
#define dev_err(dev, fmt, args...) ((void)(dev), printk(fmt, ##args))
#define dev_warn(dev, fmt, args...) ((void)(dev), printk(fmt, ##args))
#define dev_notice(dev, fmt, args...) ((void)(dev), printk(fmt, ##args))
#define dev_info(dev, fmt, args...) ((void)(dev), printk(fmt, ##args))
#define dev_dbg(dev, fmt, args...) ((void)(dev), printk(fmt, ##args))
int dev_err_probe(const struct device *dev, int error, const char *fmt, ...);

typedef int irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *data);
int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *data);
const void *free_irq(unsigned int irq, void *data);

struct super_block;
struct dentry;
#ifndef KEXEC_HANDOVER_TREE
struct inode { umode_t i_mode; struct super_block *i_sb; struct address_space *i_mapping; unsigned long i_ino; loff_t i_size; void *i_private; };
struct address_space { struct inode *host; struct xarray i_pages; gfp_t gfp_mask; unsigned long nrpages; };
struct path { void *mnt; struct dentry *dentry; };
struct file {
	fmode_t f_mode;
	const struct file_operations *f_op;
	struct address_space *f_mapping;
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	loff_t f_pos;
	struct path f_path;
};
#endif
struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char *buf, size_t count, loff_t *pos);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
};
void fput(struct file *file);
struct file *fget(unsigned int fd);
struct inode *file_inode(const struct file *file);
struct folio *filemap_get_folio(struct address_space *mapping, pgoff_t index);
long memfd_pin_folios(struct file *file, loff_t start, loff_t end, struct folio **folios, unsigned int max, pgoff_t *offset);
void unpin_folio(struct folio *folio);
void unpin_folios(struct folio **folios, unsigned long count);
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data, const struct file_operations *fops);

#endif
`;
