"""The stems by which names say what they hold, in English, Chinese and pinyin, without the signs between words.

A stem at the end of a name counts: ``newPassword``, ``X-Auth-Token``, ``收货人手机号``. So ``tokenType``,
``passwordLength`` and ``phoneVerified`` are none of these: another word follows.
"""

from __future__ import annotations

SECRET = frozenset(
    """
    token secret password passwd passcode passphrase pwd cookie credential credentials apikey appkey accesskey
    accesskeyid secretkey privatekey sessionkey signkey signingkey encryptkey encryptionkey aeskey masterkey licensekey
    signature session sessionid openid unionid otp totp smscode phonecode mobilecode emailcode mailcode
    wxcode wechatcode verifycode verificationcode captcha captchacode authcode authorizationcode logincode jscode
    dynamiccode onetimecode onetimepassword vcode encrypteddata jsapiticket verifyticket pincode cvv cvc securitycode
    csrf xsrf jwt authorization authentication setcookie mima yanzhengma kouling
    """.split()
)
# Only as the whole name or its last word: inside others they mean nothing.
SECRET_WORDS = frozenset("sign sig pin iv sid ticket pass auth pwd otp".split())
SECRET_ZH = "密码 口令 令牌 密钥 验证码 校验码 动态码 签名 凭证 票据 私钥 激活码 授权码".split()

PHONE = frozenset(
    "phone mobile telephone tel cellphone handphone msisdn shouji shoujihao dianhua phoneno mobileno".split()
)
PHONE_WORDS = frozenset("tel mobile phone phones mobiles cell".split())
PHONE_ZH = "手机 手机号 手机号码 电话 电话号码 联系方式 联系电话".split()
EMAIL = frozenset("email emailaddress mailaddress youxiang".split())
EMAIL_WORDS = frozenset("mail email emails".split())
EMAIL_ZH = "邮箱 邮箱地址 电子邮件 邮件地址".split()
NUMBER = frozenset(
    """
    idcard idcardno idcardnum idcardnumber identitycard identitycardno identitycardnumber identityno identitynumber
    idnumber idno nationalid citizenid residentid certno certnum certnumber certificateno certificatenumber ssn
    socialsecuritynumber passport passportno passportnumber bankcard bankcardno bankcardnumber cardno cardnum cardnumber
    debitcard creditcard creditcardnumber accountno bankaccount bankaccountno bankno accountnumber iban imei imsi
    plateno platenumber licenseplate shenfenzheng shenfenzhenghao sfz sfzh yinhangka yinhangkahao idcode
    birthday birthdate dateofbirth dob
    """.split()
)
NUMBER_ZH = (
    "身份证 身份证号 身份证号码 证件号 证件号码 护照 护照号 护照号码 通行证 通行证号 通行证号码 回乡证 军官证"
    " 银行卡 银行卡号 卡号 银行账号 生日 出生日期 车牌 车牌号 车牌号码"
).split()
NAME = frozenset(
    """
    realname truename legalname fullname receiver recipient firstname lastname middlename surname familyname givenname
    receivername recipientname consignee consigneename payee payer buyername sellername
    contactname contactperson payeename payername cardholder
    cardholdername holdername customername patientname guestname passengername addressee xingming zhenshixingming
    """.split()
)
NAME_ZH = "姓名 真名 收货人 收件人 联系人 持卡人 开户人 寄件人 户名".split()
ADDRESS = frozenset(
    """
    address addresses addressdetail addressdetails detailaddress detailedaddress detailinfo addressline street
    streetaddress addr dizhi xiangxidizhi
    """.split()
)
ADDRESS_ZH = "地址 住址".split()
# Of machines, not of people.
NO_ADDRESS = frozenset(
    "ip mac url server host remote web image img listen bind base api memory local".split()
)
NO_ADDRESS_ZH = tuple("IP 网 图片 接口 链接 服务器 回调 下载 网络 文件".split())

# A key of these is secret; others are names of columns and products.
KEY_OF = frozenset(
    "api app access secret private sign signing encrypt aes auth mch merchant pay license licence".split()
)

# Words that may follow a stem without changing what the value is.
TAIL = frozenset(
    "value hash salt string str text plain confirm confirmation again repeat new old num number no header raw v".split()
)

# What a name in a body that nobody has read may contain: where none does, nothing is known by its name.
HINTS = tuple(
    """
    token secret passw passc passp pwd cookie credential key signature session openid unionid otp code captcha
    ticket encrypted csrf xsrf jwt auth sign sig pin iv sid cvv cvc mima yanzhengma kouling
    phone mobile tel cell msisdn shouji dianhua mail youxiang idcard identity idn idcode nationalid citizenid
    residentid cert ssn socials passport bank card account iban imei imsi plate shenfen sfz yinhang
    birth dob realname truename legalname fullname firstname lastname middlename surname familyname givenname
    receiver recipient consignee contact payee payer holder customername patient guest passenger addressee
    xingming addr detailinfo street dizhi
    """.split()
)
HINTS_ZH = tuple(
    "密 令 验证 校验 动态 签名 凭证 票据 私钥 激活 授权 手机 电话 联系 邮 证 护照 卡 账号 日 车牌 名 人 址".split()
)
